/** The plan as the websocket tells it: metres, x to the right and y up; rooms are named by their area's id. */

export type Point = readonly [x: number, y: number];
export type Outline = readonly Point[];

export interface Floor {
  id: string;
  name: string;
  level: number | null;
  /** How high it lies as the home reckons (m); null while nothing is on it. */
  elevation: number | null;
}

/** How high a floor lies as it was told (m). */
export interface Elevation {
  floor_id: string;
  elevation: number;
}

export interface Room {
  area_id: string;
  name: string;
  floor_id: string;
  outline: Outline | null;
  /** How far its ground lies above its floor's own (m); null where it was not told. */
  elevation: number | null;
}

/** What Home Assistant holds of an area. */
export interface Area {
  area_id: string;
  name: string;
  floor_id: string | null;
}

export interface Anchor {
  source: string;
  name: string;
  area_id: string | null;
  floor_id: string;
  x: number | null;
  y: number | null;
  /** Metres above its floor. */
  height: number | null;
}

export interface Scanner {
  source: string;
  name: string;
  area_id: string | null;
}

export interface Zone {
  id: string;
  name: string;
  floor_id: string;
  outline: Outline;
}

export interface Door {
  floor_id: string;
  from: Point;
  to: Point;
}

export interface Wall extends Door {
  /** dB, null where it is not known. */
  attenuation: number | null;
}

export interface Stairs {
  from_floor_id: string;
  to_floor_id: string;
  outline: Outline;
}

/** A hole in the slabs between two floors. */
export type Opening = Stairs;

export interface Plan {
  revision: string;
  floors: readonly Floor[];
  rooms: readonly Room[];
  anchors: readonly Anchor[];
  scanners: readonly Scanner[];
  zones: readonly Zone[];
  doors: readonly Door[];
  walls: readonly Wall[];
  stairs: readonly Stairs[];
  openings: readonly Opening[];
  /** Of those floors of which it was told. */
  elevations: readonly Elevation[];
}

/** What `plan/save`, `plan/check` and `accuracy_map` take; what is not named stays as it is. */
export interface PlanChanges {
  rooms?: readonly { area_id: string; outline: Outline | null; elevation: number | null }[];
  anchors?: readonly ({ source: string } & Partial<Pick<Anchor, "area_id" | "x" | "y" | "height">>)[];
  zones?: readonly { id?: string; name: string; floor_id: string; outline: Outline }[];
  remove_zones?: readonly string[];
  doors?: readonly Door[];
  walls?: readonly Wall[];
  stairs?: readonly Stairs[];
  openings?: readonly Opening[];
  elevations?: readonly Elevation[];
}

export interface Finding {
  kind: "rooms_overlap" | "room_unheard" | "few_anchors" | "sparse_anchors" | "odd_storey";
  floor: string;
  rooms: readonly string[];
  anchors: number | null;
  wanted: number | null;
}

export interface AccuracyMap {
  /** Edge of a cell in metres, null where nothing is drawn. */
  size: number | null;
  points: readonly Point[];
  error: readonly number[];
  room_chance: readonly number[];
}
