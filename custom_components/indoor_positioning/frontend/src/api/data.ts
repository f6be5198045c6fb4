/** What the commands about the whole home and its networks answer. */

export interface HomeFile {
  name: string;
  mime_type: string;
  /** Base64. */
  data: string;
}

/** What an import does, or would do. */
export interface ImportReport {
  rooms: number;
  anchors: number;
  zones: number;
  beacons: number;
  samples: number;
  pictures: number;
  new_areas: readonly string[];
  new_floors: readonly string[];
  without_keys: readonly string[];
  left_out: readonly string[];
}

export interface NetworkErrors {
  moments: number;
  median: number | null;
  p90: number | null;
  rooms: number | null;
}

export interface NetworkReport {
  kept: boolean;
  samples: number;
  learnt_samples: number;
  errors: Readonly<Record<string, NetworkErrors>>;
}

/** The networks of the home; a first event tells everything, later ones what has changed. */
export interface Networks {
  training: number | null;
  models: readonly { task: string; floor: string | null; anchors: number }[];
  trained_at: number | null;
  report: NetworkReport | null;
  outdated: boolean;
  missing_anchors: readonly string[];
  problem: string | null;
  lessons: number | null;
}
