import type { Outline, Point } from "../../../api/plan";
import type { MapPoint } from "../../../map/gestures";
import type { Scene } from "../../../map/scene";
import { rectangle } from "../../../model/editor/edits";
import type { Snapped } from "../../../model/editor/snapping";
import { areaOf, distance } from "../../../model/geometry";
import { meant, reachOf, type Desk, type PlanTool } from "../desk";
import { sketchOf } from "./sketch";

/** Pixels that make a drag of a tap. */
const DRAG_PX = 10;

/** Smaller than a cupboard is a slip of the finger (m2). */
const LEAST_M2 = 0.05;

/** Draws an outline: corner by corner with taps, the first one again to close it, or a rectangle with one drag. */
export class OutlineTool implements PlanTool {
  readonly cursor = "crosshair";
  #corners: Point[] = [];
  #began: { at: Snapped; screen: Point } | null = null;
  #dragged: Outline | null = null;
  #next: Snapped | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly done: (outline: Outline) => void,
  ) {}

  get corners(): number {
    return this.#corners.length;
  }

  get canClose(): boolean {
    return this.#corners.length >= 3 && areaOf(this.#corners) >= LEAST_M2;
  }

  down(at: MapPoint): boolean {
    this.#began = { at: this.#meant(at), screen: at.screen };
    return true;
  }

  move(at: MapPoint): void {
    const began = this.#began;
    if (!began) return;
    this.#next = this.#meant(at);
    // A shape that was begun with taps goes on with taps.
    const isDrag = this.#corners.length === 0 && distance(at.screen, began.screen) > DRAG_PX;
    if (this.#dragged || isDrag) this.#dragged = rectangle(began.at.point, this.#next.point);
    this.desk.redraw();
  }

  up(at: MapPoint): void {
    const dragged = this.#dragged;
    this.#began = this.#dragged = this.#next = null;
    if (dragged) {
      if (areaOf(dragged) >= LEAST_M2) this.#finish(dragged);
      else this.desk.redraw();
      return;
    }
    const first = this.#corners[0];
    if (first && this.canClose && distance(at.plan, first) <= reachOf(this.desk, at.event)) this.close();
    else this.#add(this.#meant(at).point);
  }

  cancel(): void {
    this.#began = this.#dragged = this.#next = null;
    this.desk.redraw();
  }

  hover(at: MapPoint | null): void {
    this.#next = at && this.#meant(at);
    this.desk.redraw();
  }

  /** Close it with the corners that there are. */
  close(): void {
    if (this.canClose) this.#finish(this.#corners);
  }

  /** Take the last corner back. */
  back(): void {
    this.#corners = this.#corners.slice(0, -1);
    this.desk.redraw();
  }

  key(key: string): boolean {
    if (key === "Enter") this.close();
    else if (key === "Backspace" && this.#corners.length > 0) this.back();
    else return false;
    return true;
  }

  readonly sketch = (scene: Scene): ReturnType<typeof sketchOf> => {
    if (this.#dragged) return sketchOf(scene, this.#dragged, this.desk.units, true, this.#next?.guides);
    const corners = this.#next ? [...this.#corners, this.#next.point] : this.#corners;
    return sketchOf(scene, corners, this.desk.units, false, this.#next?.guides);
  };

  #meant(at: MapPoint): Snapped {
    const [first, last] = [this.#corners[0], this.#corners.at(-1)];
    return meant(
      this.desk,
      at,
      [last, first].filter((corner) => corner !== undefined),
    );
  }

  #add(corner: Point): void {
    const last = this.#corners.at(-1);
    if (!last || distance(last, corner) > 0.01) this.#corners = [...this.#corners, corner];
    this.desk.redraw();
  }

  #finish(outline: Outline): void {
    this.#corners = [];
    this.done(outline);
    this.desk.redraw();
  }
}
