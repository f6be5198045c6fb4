import type { Api } from "../api/api";
import type { AnchorHealth, BeaconRow, LiveEvent } from "../api/live";
import type { LinkState } from "../api/subscription";
import { Store } from "./store";
import { Trails } from "./trails";

/** Beacons and anchors as they are now, put together from the events of the subscription. */
export class LiveStore extends Store {
  readonly beacons = new Map<string, BeaconRow>();
  readonly anchors = new Map<string, AnchorHealth>();
  readonly trails = new Trails();
  state: LinkState = { kind: "connecting" };
  #first = true;
  #end: (() => void) | undefined;

  constructor(
    private readonly api: Api,
    private readonly planChanged: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
  }

  /** Follow the server, until `stop`. */
  start(): void {
    this.#end ??= this.api.live({
      begin: () => {
        this.#first = true;
      },
      event: (event) => {
        this.apply(event);
      },
      state: (state) => {
        this.state = state;
        this.changed();
      },
    });
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  apply(event: LiveEvent): void {
    if (this.#first) {
      this.#first = false;
      this.#forgetOthers(event);
    }
    for (const beacon of event.removed ?? []) this.#remove(beacon);
    for (const [beacon, news] of Object.entries(event.beacons ?? {})) this.#update(beacon, news);
    for (const [source, health] of Object.entries(event.anchors ?? {})) this.anchors.set(source, health);
    if (event.plan_changed) this.planChanged();
    this.changed();
  }

  /** A first event tells everything: what it does not name went away while nobody listened. */
  #forgetOthers(event: LiveEvent): void {
    for (const beacon of this.beacons.keys()) if (!event.beacons?.[beacon]) this.#remove(beacon);
    for (const source of this.anchors.keys()) if (!event.anchors?.[source]) this.anchors.delete(source);
  }

  #remove(beacon: string): void {
    this.beacons.delete(beacon);
    this.trails.drop(beacon);
  }

  #update(beacon: string, news: Partial<BeaconRow>): void {
    const row = { ...UNKNOWN, ...this.beacons.get(beacon), ...news };
    this.beacons.set(beacon, row);
    this.trails.add(beacon, row, this.now());
  }
}

const UNKNOWN: BeaconRow = {
  name: "",
  state: "unknown",
  floor: null,
  x: null,
  y: null,
  accuracy: null,
  room: null,
  probability: null,
  rooms: {},
  zones: [],
  moving: null,
  still_since: null,
  last_heard: null,
  duplicate_suspected: false,
};
