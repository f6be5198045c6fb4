import type { BeaconRow } from "../api/live";

export interface TrailPoint {
  readonly floor: string;
  readonly x: number;
  readonly y: number;
  /** Milliseconds, on the clock of whoever adds. */
  readonly time: number;
}

/** How long a trail lasts, and how far apart its points lie: standing about adds nothing (ms, m). */
export const TRAIL_MS = 120_000;
export const TRAIL_STEP_M = 0.35;

/** Where beacons came from lately. */
export class Trails {
  readonly #trails = new Map<string, TrailPoint[]>();

  of(beacon: string): readonly TrailPoint[] {
    return this.#trails.get(beacon) ?? [];
  }

  add(beacon: string, row: Pick<BeaconRow, "floor" | "x" | "y">, time: number): void {
    if (row.floor === null || row.x === null || row.y === null) return;
    const trail = this.#trails.get(beacon) ?? [];
    this.#trails.set(beacon, trail);
    while (trail[0] && time - trail[0].time > TRAIL_MS) trail.shift();
    const last = trail.at(-1);
    const far = !last || last.floor !== row.floor || Math.hypot(row.x - last.x, row.y - last.y) >= TRAIL_STEP_M;
    if (far) trail.push({ floor: row.floor, x: row.x, y: row.y, time });
  }

  drop(beacon: string): void {
    this.#trails.delete(beacon);
  }
}
