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
  mean: number | null;
  median: number | null;
  p90: number | null;
  rooms: number | null;
  /** Metres, by the room's area. */
  mean_by_room: Readonly<Record<string, number>>;
}

export interface NetworkReport {
  kept: boolean;
  samples: number;
  learnt_samples: number;
  /** By which share 8 bits instead of floating point change the mean error. */
  quantisation_loss: number | null;
  errors: Readonly<Record<string, NetworkErrors>>;
}

export interface NetworkModel {
  task: "place" | "room";
  floor: string | null;
  area: string | null;
  anchors: readonly string[];
  /** Why it rests, null where it is used. */
  misfit: "other_anchors" | "floor_gone" | "rooms_gone" | null;
}

/** The networks of the home; a first event tells everything, later ones what has changed. */
export interface Networks {
  training: number | null;
  models: readonly NetworkModel[];
  trained_at: number | null;
  report: NetworkReport | null;
  outdated: boolean;
  missing_anchors: readonly string[];
  problem: "training_no_samples" | "training_too_few_samples" | "training_one_room" | null;
  lessons: number | null;
}
