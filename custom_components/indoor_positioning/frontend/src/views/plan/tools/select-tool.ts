import type { Plan, Point } from "../../../api/plan";
import type { MapPoint } from "../../../map/gestures";
import type { Scene } from "../../../map/scene";
import { insertCorner, moveBy, moveCorner, placeAnchor, remove, removeCorner } from "../../../model/editor/edits";
import { handleAt, handlesOf, isSame, outlineOf, thingAt, type Selection } from "../../../model/editor/shapes";
import { targetsOn, type Guide } from "../../../model/editor/snapping";
import { gridOf, meant, reachOf, type Desk, type PlanTool } from "../desk";
import { handlesSketch } from "./handles";

interface Drag {
  /** The plan before it. */
  readonly plan: Plan;
  readonly from: Point;
  readonly selection: Selection;
  /** The corner that is taken, null where the whole thing is. */
  readonly corner: number | null;
}

/** Selects what is tapped, moves it, and draws its corners elsewhere. The map is moved where nothing is taken. */
export class SelectTool implements PlanTool {
  #drag: Drag | null = null;
  #guides: readonly Guide[] = [];
  /** The corner that keys move. */
  #corner: number | null = null;

  constructor(private readonly desk: Desk) {}

  /** A tap that took nothing: what lies there is selected, or nothing is. */
  tapped(at: MapPoint): void {
    const { editor, floor } = this.desk;
    this.#corner = null;
    editor.select(thingAt(editor.plan, floor, at.plan, reachOf(this.desk, at.event)));
  }

  down(at: MapPoint): boolean {
    const { editor, floor } = this.desk;
    const reach = reachOf(this.desk, at.event);
    const selected = editor.selection;
    const handle = selected && handleAt(handlesOf(editor.plan, selected), at.plan, reach);
    if (selected && handle) {
      const corner = handle.middle ? handle.index + 1 : handle.index;
      // A new corner is a part of the gesture: it goes where the finger goes, and not at all if that is taken back.
      const plan = handle.middle ? insertCorner(editor.plan, selected, handle.index, handle.point) : editor.plan;
      this.#drag = { plan, from: handle.point, selection: selected, corner };
      this.#corner = corner;
      return true;
    }
    const thing = thingAt(editor.plan, floor, at.plan, reach);
    // Anchors are taken at once; whatever is larger is selected first, or the map could not be moved.
    if (!thing || (thing.kind !== "anchors" && !isSame(thing, selected))) return false;
    if (!isSame(thing, selected)) editor.select(thing);
    this.#corner = null;
    this.#drag = { plan: editor.plan, from: at.plan, selection: thing, corner: null };
    return true;
  }

  move(at: MapPoint): void {
    if (this.#drag) this.desk.editor.preview(this.#moved(this.#drag, at));
  }

  up(): void {
    this.#drag = null;
    this.#guides = [];
    this.desk.editor.settle();
  }

  cancel(): void {
    this.#drag = null;
    this.#guides = [];
    this.desk.editor.revert();
  }

  key(key: string, fine: boolean): boolean {
    const { editor } = this.desk;
    const selection = editor.selection;
    if (!selection) return false;
    const step = fine ? 0.01 : gridOf(this.desk.units);
    const way = WAYS[key];
    if (key === "Delete" || key === "Backspace") editor.apply(this.#without(selection));
    else if (way) editor.apply(this.#stepped(selection, [way[0] * step, way[1] * step]));
    else return false;
    return true;
  }

  readonly sketch = (scene: Scene): ReturnType<typeof handlesSketch> =>
    handlesSketch(scene, this.desk, this.#corner, this.#guides);

  #moved(drag: Drag, at: MapPoint): Plan {
    const own = outlineOf(drag.plan, drag.selection);
    const targets = targetsOn(drag.plan, this.desk.floor, own ? [own] : []);
    if (drag.corner !== null) {
      const { point, guides } = meant(this.desk, at, neighbours(drag.plan, drag.selection, drag.corner), targets);
      this.#guides = guides;
      return moveCorner(drag.plan, drag.selection, drag.corner, point);
    }
    if (drag.selection.kind === "anchors") {
      const { point, guides } = meant(this.desk, at, [], targets);
      this.#guides = guides;
      return placeAnchor(drag.plan, drag.selection.id, this.desk.floor, point);
    }
    const step = gridOf(this.desk.units);
    const whole = (value: number): number => Math.round(value / step) * step;
    return moveBy(drag.plan, drag.selection, [whole(at.plan[0] - drag.from[0]), whole(at.plan[1] - drag.from[1])]);
  }

  #stepped(selection: Selection, by: Point): Plan {
    const { plan } = this.desk.editor;
    const corner = this.#corner === null ? undefined : handlesOf(plan, selection)[this.#corner]?.point;
    if (this.#corner === null || !corner) return moveBy(plan, selection, by);
    return moveCorner(plan, selection, this.#corner, [corner[0] + by[0], corner[1] + by[1]]);
  }

  #without(selection: Selection): Plan {
    const { plan } = this.desk.editor;
    const corner = this.#corner;
    this.#corner = null;
    if (corner === null || !outlineOf(plan, selection)) return remove(plan, selection);
    return removeCorner(plan, selection, corner);
  }
}

const WAYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The corners before and behind one, with which it is squared. */
function neighbours(plan: Plan, selection: Selection, corner: number): Point[] {
  const outline = outlineOf(plan, selection);
  if (!outline) return [];
  const { length } = outline;
  return [outline[(corner + length - 1) % length], outline[(corner + 1) % length]].filter((one) => one !== undefined);
}
