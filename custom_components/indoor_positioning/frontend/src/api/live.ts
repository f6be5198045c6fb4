/** What the live subscriptions send. */

export type BeaconState = "here" | "away" | "unknown";
export type AnchorHealth = "listening" | "silent" | "offline";

export interface BeaconRow {
  name: string;
  state: BeaconState;
  floor: string | null;
  x: number | null;
  y: number | null;
  /** Radius in metres that holds the truth 68 % of the time. */
  accuracy: number | null;
  room: string | null;
  probability: number | null;
  /** Probabilities by area. */
  rooms: Readonly<Record<string, number>>;
  zones: readonly string[];
  moving: number | null;
  still_since: number | null;
  last_heard: number | null;
  duplicate_suspected: boolean;
}

/** The first event tells everything, later ones only the fields that have changed. */
export interface LiveEvent {
  beacons?: Readonly<Record<string, Partial<BeaconRow>>>;
  removed?: readonly string[];
  anchors?: Readonly<Record<string, AnchorHealth>>;
  plan_changed?: boolean;
}

/** By anchor: dBm, within the last 10 s; whole each time. */
export interface LinksEvent {
  links: Readonly<Record<string, number>>;
}
