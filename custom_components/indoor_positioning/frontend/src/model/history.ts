import type { Api } from "../api/api";
import { dwellOf, type Dwell } from "./dwell";
import { Playback, RANGES_H } from "./playback";
import { Store } from "./store";

/** How often the playback goes on; between that, what is shown glides (ms). */
const TICK_MS = 100;

/** Looking back: the playback of recorded tracks, and the heat map of the same time. */
export class History extends Store {
  /** Null as long as nobody looks back. */
  playback: Playback | null = null;
  /** Hours that are looked at. */
  range: number = RANGES_H[0];
  heat = false;
  dwell: Dwell | null = null;
  #wanted = "";
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly api: Api) {
    super();
  }

  open(): void {
    this.playback = new Playback(this.api);
    this.setRange(this.range);
    let then = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.playback?.advance(now - then);
      then = now;
    }, TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.playback = null;
    this.dwell = null;
    this.changed();
  }

  setRange(hours: number): void {
    this.range = hours;
    this.#wanted = "";
    void this.playback?.load(hours);
    this.changed();
  }

  setHeat(on: boolean): void {
    this.heat = on;
    this.changed();
  }

  /** Have the heat map of these beacons on a floor, if one is wanted; asks the server only for what it has not yet. */
  follow(beacons: readonly string[], floor: string): void {
    const { playback } = this;
    const wanted = playback?.state === "ready" && this.heat ? [playback.start, floor, ...beacons].join() : "";
    if (!playback || wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted === "") this.dwell = null;
    else void this.#load(wanted, beacons, floor, playback);
  }

  async #load(wanted: string, beacons: readonly string[], floor: string, { start, end }: Playback): Promise<void> {
    try {
      const heats = await Promise.all(beacons.map((beacon) => this.api.tracks.heat(beacon, floor, start, end)));
      if (wanted === this.#wanted) this.dwell = dwellOf(heats);
    } catch {
      // A beacon may have been removed meanwhile; the playback says what else is wrong.
      if (wanted === this.#wanted) this.dwell = null;
    }
    this.changed();
  }
}
