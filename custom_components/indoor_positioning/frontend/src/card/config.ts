/** What the configuration of a card says; all of it may be left out. */
export interface CardConfig {
  readonly type: string;
  readonly title?: string;
  /** The floor's id; the lowest that is drawn where there is none. */
  readonly floor?: string;
  /** Ids of the beacons to show; all where there are none. */
  readonly beacons?: readonly string[];
  readonly trails?: boolean;
  readonly names?: boolean;
  readonly anchors?: boolean;
}
