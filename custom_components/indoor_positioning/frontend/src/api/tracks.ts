/** Where beacons have been: records hold from their time until the next one's. Moments are seconds since the epoch. */

import type { Point } from "./plan";

export interface TrackList {
  /** For how long tracks are kept, 0 where they are not. */
  hours: number;
  tracks: Readonly<Record<string, { oldest: number; newest: number }>>;
}

export interface TrackPoint {
  time: number;
  /** Floor and room are both null while it was away. */
  floor: string | null;
  room: string | null;
  x: number | null;
  y: number | null;
  accuracy: number | null;
}

export interface TrackHeat {
  /** Middles of the cells. */
  points: readonly Point[];
  seconds: readonly number[];
  /** Edge of a cell in metres. */
  size: number;
}
