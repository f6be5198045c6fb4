import type { Point } from "../api/plan";

/** Where a pointer is, in pixels of the map and in metres of the plan. */
export interface MapPoint {
  readonly screen: Point;
  readonly plan: Point;
  readonly event: PointerEvent;
}

/** What an editor does with pointers. The map keeps what a tool does not take, and every gesture of two fingers. */
export interface MapTool {
  /** Shown over the map while the tool is in use. */
  readonly cursor?: string;
  /** Whether the gesture that begins here is the tool's; otherwise it moves the map. */
  down(at: MapPoint): boolean;
  move?(at: MapPoint): void;
  up?(at: MapPoint): void;
  /** A second finger has come, or the browser has taken the gesture: undo what it did so far. */
  cancel?(): void;
  /** A mouse that is not pressed, null when it has left. */
  hover?(at: MapPoint | null): void;
}

export interface GestureTarget {
  readonly tool: MapTool | undefined;
  /** Inside a page that scrolls: one finger and the plain wheel are the page's. */
  readonly embedded: boolean;
  locate(event: { clientX: number; clientY: number }): Pick<MapPoint, "screen" | "plan">;
  panBy(dx: number, dy: number): void;
  zoomBy(factor: number, at: Point): void;
  tapped(at: MapPoint): void;
}

/** Pixels that a finger may slip and still mean a tap. */
const TAP_SLIP_PX = 8;

/** How much a notch of the wheel zooms: e to the power of -delta times this. */
const WHEEL_RATE = 0.0015;

type Taken = "tool" | "pan" | "pinch" | "nothing";

/** Turns pointers and the wheel into moves of the map, taps, and gestures of a tool. */
export class Gestures {
  readonly #pointers = new Map<number, Point>();
  #taken: Taken = "nothing";
  #began: Point | null = null;

  constructor(private readonly target: GestureTarget) {}

  attach(element: HTMLElement): void {
    element.addEventListener("pointerdown", this.#down);
    element.addEventListener("pointermove", this.#move);
    element.addEventListener("pointerup", this.#up);
    element.addEventListener("pointercancel", this.#cancel);
    element.addEventListener("pointerleave", this.#leave);
    element.addEventListener("wheel", this.#wheel, { passive: false });
  }

  readonly #down = (event: PointerEvent): void => {
    if (event.button > 1) return;
    const at = this.#at(event);
    this.#pointers.set(event.pointerId, at.screen);
    if (this.#pointers.size === 2) {
      if (this.#taken === "tool") this.target.tool?.cancel?.();
      this.#taken = "pinch";
      this.#began = null;
      return;
    }
    if (this.#pointers.size > 2) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#began = at.screen;
    // The middle button moves the map whatever the tool.
    this.#taken = event.button === 0 && this.target.tool?.down(at) ? "tool" : "pan";
  };

  readonly #move = (event: PointerEvent): void => {
    const at = this.#at(event);
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      this.target.tool?.hover?.(at);
      return;
    }
    if (this.#taken === "pinch") this.#pinch(event.pointerId, at.screen);
    else if (this.#taken === "tool") this.target.tool?.move?.(at);
    else if (this.#taken === "pan" && !this.#slips(at.screen) && this.#mayPan(event)) {
      this.target.panBy(at.screen[0] - before[0], at.screen[1] - before[1]);
    }
    // A finger that only slips has not moved yet, so that the map follows from where it was put down.
    if (this.#taken !== "pan" || !this.#slips(at.screen)) this.#pointers.set(event.pointerId, at.screen);
  };

  readonly #up = (event: PointerEvent): void => {
    if (!this.#pointers.delete(event.pointerId)) return;
    const at = this.#at(event);
    if (this.#taken === "tool") this.target.tool?.up?.(at);
    else if (this.#taken === "pan" && this.#slips(at.screen)) this.target.tapped(at);
    this.#settle();
  };

  readonly #cancel = (event: PointerEvent): void => {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#taken === "tool") this.target.tool?.cancel?.();
    this.#settle();
  };

  readonly #leave = (): void => {
    this.target.tool?.hover?.(null);
  };

  readonly #wheel = (event: WheelEvent): void => {
    if (this.target.embedded && !event.ctrlKey) return;
    event.preventDefault();
    // A pinch on a trackpad comes as small steps with the control key.
    const rate = WHEEL_RATE * (event.ctrlKey ? 6 : 1) * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
    this.target.zoomBy(Math.exp(-event.deltaY * rate), this.target.locate(event).screen);
  };

  /** What is left of a gesture after a finger went up: of a pinch nothing, or the map would jump. */
  #settle(): void {
    this.#began = null;
    this.#taken = "nothing";
    if (this.#pointers.size === 1) this.#taken = "pinch";
  }

  #pinch(moving: number, to: Point): void {
    const from = this.#pointers.get(moving);
    const other = [...this.#pointers].find(([id]) => id !== moving)?.[1];
    if (!from || !other) return;
    const [before, after] = [spread(from, other), spread(to, other)];
    // Only the midpoint of the fingers moves the map, which is half of what one finger did.
    this.target.panBy((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
    if (before > 0) this.target.zoomBy(after / before, [(to[0] + other[0]) / 2, (to[1] + other[1]) / 2]);
  }

  #mayPan(event: PointerEvent): boolean {
    return !this.target.embedded || event.pointerType === "mouse";
  }

  #slips([x, y]: Point): boolean {
    if (!this.#began) return false;
    const slip = Math.hypot(x - this.#began[0], y - this.#began[1]) <= TAP_SLIP_PX;
    if (!slip) this.#began = null;
    return slip;
  }

  #at(event: PointerEvent): MapPoint {
    return { ...this.target.locate(event), event };
  }
}

function spread(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
