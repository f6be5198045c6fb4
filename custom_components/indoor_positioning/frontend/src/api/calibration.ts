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
  sample: string | null;
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
  drifted: readonly string[];
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
