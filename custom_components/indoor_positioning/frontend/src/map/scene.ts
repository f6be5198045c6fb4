import type { SVGTemplateResult } from "lit";
import type { AnchorHealth } from "../api/live";
import type { Outline, Plan } from "../api/plan";
import { toScreen, type Camera } from "../model/camera";
import type { onFloor } from "../model/floors";

/** How strongly a room is filled, 0 to 1, and with what colour. */
export interface Highlight {
  readonly colour: string;
  readonly strength: number;
}

/** What a view wants of the plan's own layers. */
export interface Looks {
  readonly highlights?: ReadonlyMap<string, Highlight>;
  readonly health?: ReadonlyMap<string, AnchorHealth>;
  /** Strength (dBm) with which anchors hear the chosen beacon. */
  readonly heard?: ReadonlyMap<string, number>;
  readonly hideLabels?: boolean;
  readonly hideZones?: boolean;
  readonly hideAnchors?: boolean;
}

/** What all layers draw from: one floor, and where it lies on the screen. Layers draw in pixels. */
export interface Scene {
  readonly plan: Plan;
  readonly floor: string;
  readonly here: ReturnType<typeof onFloor>;
  readonly camera: Camera;
  readonly looks: Looks;
}

export type Layer = (scene: Scene) => SVGTemplateResult | readonly SVGTemplateResult[] | undefined;

/** An outline as the path of an SVG. */
export function pathOf(camera: Camera, outline: Outline): string {
  return `M${outline.map((corner) => pixels(toScreen(camera, corner))).join("L")}Z`;
}

export function pixels([x, y]: readonly [number, number]): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
