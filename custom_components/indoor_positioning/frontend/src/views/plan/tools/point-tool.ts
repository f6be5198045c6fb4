import type { Point } from "../../../api/plan";
import type { MapPoint } from "../../../map/gestures";
import type { Scene } from "../../../map/scene";
import type { Snapped } from "../../../model/editor/snapping";
import { meant, type Desk, type PlanTool } from "../desk";
import { sketchOf } from "./sketch";

/** Takes one tap after another, until `wanted` are there: one for an anchor, two for a known length. */
export class PointTool implements PlanTool {
  readonly cursor = "crosshair";
  #points: Point[] = [];
  #next: Snapped | null = null;

  constructor(
    private readonly desk: Desk,
    readonly wanted: number,
    private readonly done: (points: readonly Point[]) => void,
    /** On a picture there is nothing to snap to. */
    private readonly free = false,
  ) {}

  down(at: MapPoint): boolean {
    this.#next = this.#meant(at);
    this.desk.redraw();
    return true;
  }

  move(at: MapPoint): void {
    this.#next = this.#meant(at);
    this.desk.redraw();
  }

  up(at: MapPoint): void {
    this.#points = [...this.#points, this.#meant(at).point];
    this.#next = null;
    if (this.#points.length >= this.wanted) this.done(this.#points);
    this.desk.redraw();
  }

  cancel(): void {
    this.#next = null;
    this.desk.redraw();
  }

  hover(at: MapPoint | null): void {
    this.#next = at && this.#meant(at);
    this.desk.redraw();
  }

  readonly sketch = (scene: Scene): ReturnType<typeof sketchOf> =>
    sketchOf(
      scene,
      this.#next ? [...this.#points, this.#next.point] : this.#points,
      this.desk.units,
      false,
      this.#next?.guides,
    );

  #meant(at: MapPoint): Snapped {
    return this.free ? { point: at.plan, guides: [] } : meant(this.desk, at);
  }
}
