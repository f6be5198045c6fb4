/** Milliseconds in which a shown place comes 63 % of the way to the true one: events come five times a second. */
export const GLIDE_MS = 220;

/** A place that far off is not walked to but jumped to (m): a glide through walls would tell a lie. */
export const JUMP_M = 6;

/** Closer than this nobody sees (m). */
const SETTLED_M = 0.01;

/** A place, with a radius, that follows a target smoothly. */
export class Glide {
  x = 0;
  y = 0;
  radius = 0;
  #time: number | null = null;
  #floor: string | null = null;

  /** Move towards the target; whether there is still some way to go. Metres, milliseconds. */
  follow(floor: string, x: number, y: number, radius: number, now: number): boolean {
    const [dx, dy, dr] = [x - this.x, y - this.y, radius - this.radius];
    const far = Math.hypot(dx, dy) > JUMP_M || floor !== this.#floor;
    const share = this.#time === null || far ? 1 : 1 - Math.exp(-(now - this.#time) / GLIDE_MS);
    this.#time = now;
    this.#floor = floor;
    this.x += share * dx;
    this.y += share * dy;
    this.radius += share * dr;
    const left = Math.max(Math.hypot(x - this.x, y - this.y), Math.abs(radius - this.radius));
    if (left > SETTLED_M) return true;
    [this.x, this.y, this.radius] = [x, y, radius];
    return false;
  }
}
