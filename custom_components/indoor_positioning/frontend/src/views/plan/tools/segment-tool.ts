import type { Point } from "../../../api/plan";
import type { MapPoint } from "../../../map/gestures";
import type { Scene } from "../../../map/scene";
import { snap, targetsOn, tidy, type Snapped } from "../../../model/editor/snapping";
import { distance, nearestOnSegment } from "../../../model/geometry";
import { gridOf, meant, reachOf, type Desk, type PlanTool } from "../desk";
import { sketchOf } from "./sketch";

/** An ordinary door is this wide (m), in the middle of where somebody taps. */
const DOOR_M = 0.9;

/** Shorter is no wall (m). */
const LEAST_M = 0.1;

/** Draws a line with one drag: an inner wall. */
export class WallTool implements PlanTool {
  readonly cursor = "crosshair";
  #from: Point | null = null;
  #to: Snapped | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly done: (from: Point, to: Point) => void,
  ) {}

  down(at: MapPoint): boolean {
    this.#from = meant(this.desk, at).point;
    return true;
  }

  move(at: MapPoint): void {
    this.#to = meant(this.desk, at, this.#from ? [this.#from] : []);
    this.desk.redraw();
  }

  up(): void {
    const [from, to] = [this.#from, this.#to?.point];
    this.cancel();
    if (from && to && distance(from, to) >= LEAST_M) this.done(from, to);
  }

  cancel(): void {
    this.#from = this.#to = null;
    this.desk.redraw();
  }

  hover(at: MapPoint | null): void {
    this.#to = at && meant(this.desk, at);
    this.desk.redraw();
  }

  readonly sketch = (scene: Scene): ReturnType<typeof sketchOf> => {
    const line = [this.#from, this.#to?.point].filter((point): point is Point => !!point);
    return sketchOf(scene, line, this.desk.units, false, this.#to?.guides);
  };
}

/** Sets a door into the wall that is tapped; a drag along the wall makes it as wide as that. */
export class DoorTool implements PlanTool {
  readonly cursor = "crosshair";
  #wall: readonly [Point, Point] | null = null;
  #from: Point | null = null;
  #door: readonly [Point, Point] | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly done: (from: Point, to: Point) => void,
  ) {}

  down(at: MapPoint): boolean {
    this.#wall = this.#wallAt(at);
    if (!this.#wall) return false;
    this.#from = this.#along(this.#wall, at.plan);
    this.#door = doorAround(this.#wall, this.#from);
    return true;
  }

  move(at: MapPoint): void {
    if (!this.#wall || !this.#from) return;
    const to = this.#along(this.#wall, at.plan);
    this.#door = distance(this.#from, to) > DOOR_M / 3 ? [this.#from, to] : doorAround(this.#wall, this.#from);
    this.desk.redraw();
  }

  up(): void {
    const door = this.#door;
    this.cancel();
    if (door) this.done(...door);
  }

  cancel(): void {
    this.#wall = this.#from = this.#door = null;
    this.desk.redraw();
  }

  hover(at: MapPoint | null): void {
    const wall = at && this.#wallAt(at);
    this.#door = wall ? doorAround(wall, this.#along(wall, at.plan)) : null;
    this.desk.redraw();
  }

  readonly sketch = (scene: Scene): ReturnType<typeof sketchOf> =>
    sketchOf(scene, this.#door ?? [], this.desk.units, false);

  #wallAt(at: MapPoint): readonly [Point, Point] | null {
    const reach = reachOf(this.desk, at.event);
    const walls = targetsOn(this.desk.editor.plan, this.desk.floor).edges;
    return walls.find(([a, b]) => distance(nearestOnSegment(a, b, at.plan), at.plan) <= reach) ?? null;
  }

  #along([a, b]: readonly [Point, Point], at: Point): Point {
    return snap(
      nearestOnSegment(a, b, at),
      { corners: [a, b], edges: [[a, b]] },
      { reach: 0.15, grid: gridOf(this.desk.units) },
    ).point;
  }
}

/** A door of the ordinary width around a point of a wall, as far as the wall goes. */
export function doorAround([a, b]: readonly [Point, Point], middle: Point): readonly [Point, Point] {
  const length = distance(a, b);
  const width = Math.min(DOOR_M, length);
  const at = Math.min(length - width / 2, Math.max(width / 2, distance(a, middle)));
  const point = (along: number): Point => [
    tidy(a[0] + ((b[0] - a[0]) * along) / length),
    tidy(a[1] + ((b[1] - a[1]) * along) / length),
  ];
  return [point(at - width / 2), point(at + width / 2)];
}
