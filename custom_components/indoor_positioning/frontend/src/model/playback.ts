import type { Api } from "../api/api";
import { isRefusal } from "../api/hass";
import type { BeaconRow } from "../api/live";
import type { TrackPoint } from "../api/tracks";
import { Store } from "./store";
import { TRAIL_MS, type TrailPoint } from "./trails";

/** How many times faster than life it may go; a minute an hour is what one looks through a day with. */
export const SPEEDS = [1, 10, 60] as const;

/** Hours that may be looked at, as far as they are kept. */
export const RANGES_H = [1, 6, 24, 168] as const;

/** Points of a track that are asked for: what a day of walking needs, and half a megabyte at most. */
const POINTS = 5000;

/** Whether the household keeps tracks, and if so what is known of them. */
export type PlaybackState = "loading" | "off" | "empty" | "ready" | { readonly problem: string };

/** Recorded tracks of a time, played like a film. Moments are seconds since the epoch. */
export class Playback extends Store {
  state: PlaybackState = "loading";
  /** For how many hours tracks are kept. */
  hours = 0;
  start = 0;
  end = 0;
  time = 0;
  playing = false;
  speed: number = SPEEDS[1];
  #tracks = new Map<string, readonly TrackPoint[]>();
  #asked = 0;

  constructor(
    private readonly api: Api,
    private readonly now: () => number = () => Date.now() / 1000,
  ) {
    super();
  }

  /** Fetch what is kept of the last so many hours, and stand at its beginning. */
  async load(hours: number): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    this.playing = false;
    this.#to("loading");
    try {
      const { hours: kept, tracks } = await this.api.tracks.list();
      const end = this.now();
      const start = end - hours * 3600;
      const wanted = Object.entries(tracks).filter(([, span]) => span.newest >= start);
      const got = await Promise.all(
        wanted.map(async ([id]) => [id, await this.api.tracks.get(id, start, end, POINTS)] as const),
      );
      if (mine !== this.#asked) return;
      this.#tracks = new Map(got.filter(([, points]) => points.length > 0));
      this.hours = kept;
      this.start = Math.max(start, Math.min(...[...this.#tracks.values()].map((points) => points[0]?.time ?? start)));
      this.end = end;
      this.time = this.start;
      this.#to(kept === 0 ? "off" : this.#tracks.size === 0 ? "empty" : "ready");
    } catch (error) {
      if (mine === this.#asked) this.#to({ problem: isRefusal(error) ? error.message : String(error) });
    }
  }

  get beacons(): readonly string[] {
    return [...this.#tracks.keys()];
  }

  seek(time: number): void {
    this.time = Math.min(this.end, Math.max(this.start, time));
    if (this.time >= this.end) this.playing = false;
    this.changed();
  }

  toggle(): void {
    if (this.state !== "ready") return;
    // From the end, it begins anew.
    if (!this.playing && this.time >= this.end) this.time = this.start;
    this.playing = !this.playing;
    this.changed();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.changed();
  }

  /** Go on by so many milliseconds of the viewer's life. */
  advance(milliseconds: number): void {
    if (this.playing) this.seek(this.time + (milliseconds / 1000) * this.speed);
  }

  /** What the map would have shown, with the present names; without whom there is no record of. */
  rows(present: ReadonlyMap<string, BeaconRow>): Map<string, BeaconRow> {
    const rows = new Map<string, BeaconRow>();
    for (const [id, points] of this.#tracks) {
      const row = present.get(id);
      const point = points[lastBefore(points, this.time)];
      if (row) rows.set(id, point ? { ...row, ...past(point) } : { ...row, ...NOWHERE });
    }
    return rows;
  }

  /** The trail of a beacon at that time, as if it had been seen; `clock` is the painter's, in milliseconds. */
  trail(beacon: string, clock: number): TrailPoint[] {
    const points = this.#tracks.get(beacon) ?? [];
    const trail: TrailPoint[] = [];
    for (let i = lastBefore(points, this.time); i >= 0; i--) {
      const point = points[i];
      if (!point || (this.time - point.time) * 1000 > TRAIL_MS) break;
      if (point.floor === null || point.x === null || point.y === null) break;
      trail.unshift({ floor: point.floor, x: point.x, y: point.y, time: clock - (this.time - point.time) * 1000 });
    }
    return trail;
  }

  #to(state: PlaybackState): void {
    this.state = state;
    this.changed();
  }
}

const NOWHERE = {
  state: "unknown",
  floor: null,
  room: null,
  x: null,
  y: null,
  accuracy: null,
  probability: null,
  rooms: {},
  zones: [],
} as const;

function past({ floor, room, x, y, accuracy }: TrackPoint): Partial<BeaconRow> {
  const away = floor === null && room === null;
  const rooms = room === null ? {} : { [room]: 1 };
  return { ...NOWHERE, state: away ? "away" : "here", floor, room, x, y, accuracy, rooms };
}

/** The index of the last point that is not later than `time`, -1 where there is none. Points are in their order. */
export function lastBefore(points: readonly { readonly time: number }[], time: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.time ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
