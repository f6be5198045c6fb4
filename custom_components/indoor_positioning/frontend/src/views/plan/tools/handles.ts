import { svg, type SVGTemplateResult } from "lit";
import type { Scene } from "../../../map/scene";
import { pathOf } from "../../../map/scene";
import { toScreen } from "../../../model/camera";
import { handlesOf, outlineOf, segmentOf } from "../../../model/editor/shapes";
import type { Guide } from "../../../model/editor/snapping";
import type { Desk } from "../desk";
import { guidesOf, lengthsOf } from "./sketch";

/** The selected thing with all by which it can be taken; `chosen` is the corner that keys move. */
export function handlesSketch(
  scene: Scene,
  { editor, units }: Desk,
  chosen: number | null,
  guides: readonly Guide[],
): SVGTemplateResult {
  const { plan, selection } = editor;
  if (!selection) return svg``;
  const outline = outlineOf(plan, selection);
  const line = outline ? [...outline, ...outline.slice(0, 1)] : (segmentOf(plan, selection) ?? []);
  return svg`<g class="sketch">
    ${guidesOf(scene, guides)}
    ${outline ? svg`<path class="selected" d=${pathOf(scene.camera, outline)}></path>` : svg``}
    ${lengthsOf(scene, line, units)}
    ${handlesOf(plan, selection).map(({ point, index, middle }) => {
      const [x, y] = toScreen(scene.camera, point);
      const style = middle ? "middle" : index === chosen ? "corner chosen" : "corner";
      return svg`<circle class=${style} cx=${x.toFixed(1)} cy=${y.toFixed(1)} r=${middle ? 5 : 7}></circle>`;
    })}
    ${
      selection.kind === "anchors"
        ? anchorRing(
            scene,
            plan.anchors.find(({ source }) => source === selection.id),
          )
        : svg``
    }
  </g>`;
}

function anchorRing(
  { camera }: Scene,
  anchor: { x: number | null; y: number | null; floor_id: string } | undefined,
): SVGTemplateResult {
  if (!anchor || anchor.x === null || anchor.y === null) return svg``;
  const [x, y] = toScreen(camera, [anchor.x, anchor.y]);
  return svg`<circle class="selected" cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="15"></circle>`;
}
