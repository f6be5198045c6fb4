import type { Point } from "../../../api/plan";
import type { MapPoint } from "../../../map/gestures";
import { tidy } from "../../../model/editor/snapping";
import type { PlanTool } from "../desk";

/** Moves the picture beneath the plan. */
export class PictureTool implements PlanTool {
  readonly cursor = "move";
  #from: { at: Point; corner: Point } | null = null;

  constructor(
    private readonly corner: () => Point,
    /** Where its corner is now; `settled` where the finger went up. */
    private readonly moved: (corner: Point, settled: boolean) => void,
  ) {}

  down(at: MapPoint): boolean {
    this.#from = { at: at.plan, corner: this.corner() };
    return true;
  }

  move(at: MapPoint): void {
    this.#put(at, false);
  }

  up(at: MapPoint): void {
    this.#put(at, true);
    this.#from = null;
  }

  cancel(): void {
    if (this.#from) this.moved(this.#from.corner, true);
    this.#from = null;
  }

  #put({ plan }: MapPoint, settled: boolean): void {
    if (!this.#from) return;
    const { at, corner } = this.#from;
    this.moved([tidy(corner[0] + plan[0] - at[0]), tidy(corner[1] + plan[1] - at[1])], settled);
  }
}
