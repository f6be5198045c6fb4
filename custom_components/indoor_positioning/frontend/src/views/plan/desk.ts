import type { Point } from "../../api/plan";
import type { MapTool } from "../../map/gestures";
import type { Layer } from "../../map/scene";
import type { PlanEditor } from "../../model/editor/plan-editor";
import { snap, targetsOn, type Snapped, type SnapOptions, type SnapTargets } from "../../model/editor/snapping";
import type { Units } from "../../model/units";
import { toMetres } from "../../model/units";

/** Pixels within which something is meant: a finger is less exact than a mouse. */
const FINGER_PX = 22;
const MOUSE_PX = 12;

/** Lines of the grid: 10 cm, or 3 inches. */
const GRID_M = 0.1;
const GRID_FT = 0.25;

/** What a tool works on, and how it is seen. */
export interface Desk {
  readonly editor: PlanEditor;
  readonly floor: string;
  readonly units: Units;
  /** Pixels a metre. */
  readonly scale: number;
  /** What a tool draws has changed. */
  redraw(): void;
}

/** A tool of the plan's editor. */
export interface PlanTool extends MapTool {
  /** What it has drawn so far, over the plan. */
  readonly sketch?: Layer;
  /** A key while it is in use; true where it has taken it. */
  key?(key: string, fine: boolean): boolean;
}

export function reachOf(desk: Desk, event: { pointerType?: string }, share = 1): number {
  return (share * (event.pointerType === "touch" ? FINGER_PX : MOUSE_PX)) / desk.scale;
}

export function gridOf(units: Units): number {
  return units.imperial ? toMetres(units, GRID_FT) : GRID_M;
}

/** Where a pointer means, on this floor. */
export function meant(
  desk: Desk,
  at: { plan: Point; event: { pointerType?: string; altKey?: boolean } },
  square: readonly Point[] = [],
  targets: SnapTargets = targetsOn(desk.editor.plan, desk.floor),
): Snapped {
  // The Alt key sets a point free.
  if (at.event.altKey) return { point: at.plan, guides: [] };
  const options: SnapOptions = { reach: reachOf(desk, at.event, 0.6), grid: gridOf(desk.units), square };
  return snap(at.plan, targets, options);
}
