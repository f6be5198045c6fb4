/** What the commands of the calibration answer. */

import type { Point } from "./plan";

export interface Stand {
  status: "idle" | "collecting" | "kept" | "nothing_heard" | "cancelled";
  beacon: string | null;
  area_id: string | null;
  x: number | null;
  y: number | null;
  /** How much of it is done, 0 to 1. */
  share: number;
  packets: number;
  anchors: number;
  moving: boolean;
  moved: boolean;
  /** What was kept of it. */
  samples: readonly string[];
  floor_id: string | null;
  /** Of a walked line: those tapped so far. */
  corners: readonly Point[];
}

export interface Sample {
  id: string;
  beacon: string;
  area_id: string;
  x: number | null;
  y: number | null;
  time: number;
  packets: number;
  anchors: number;
  quality: string;
}

/** A beacon that stays where it is. */
export interface Reference {
  beacon: string;
  area_id: string | null;
  x: number;
  y: number;
  height: number | null;
}

export interface NextSpot {
  floor: string;
  room: string;
  position: Point | null;
  /** dB */
  uncertainty: number;
}

export interface Survey {
  samples: readonly Sample[];
  oldest: number | null;
  newest: number | null;
  kept_lately: readonly string[];
  /** Anchors that hear otherwise than they did: the survey is out of date. */
  drifted: readonly string[];
  references: readonly Reference[];
  next: NextSpot | null;
}

export interface SurveyError {
  /** Metres, null where no place is known. */
  median: number | null;
  rooms: number | null;
  places: number;
}

export interface SurveyReport {
  before: SurveyError;
  after: SurveyError;
}
