import { nothing, svg, type SVGTemplateResult } from "lit";
import type { Point } from "../../../api/plan";
import { pixels, type Scene } from "../../../map/scene";
import { toScreen } from "../../../model/camera";
import type { Guide } from "../../../model/editor/snapping";
import { distance } from "../../../model/geometry";
import { formatLength, type Units } from "../../../model/units";

/** Pixels that an edge must have to carry its length. */
const MEASURED_PX = 44;

/** What is being drawn: its line, its corners, and how long its edges are. */
export function sketchOf(
  scene: Scene,
  corners: readonly Point[],
  units: Units,
  closed: boolean,
  guides: readonly Guide[] = [],
): SVGTemplateResult {
  const path = corners.map((corner) => pixels(toScreen(scene.camera, corner))).join("L");
  return svg`<g class="sketch">
    ${guidesOf(scene, guides)}
    ${corners.length > 1 ? svg`<path class="drawn ${closed ? "closed" : ""}" d="M${path}${closed ? "Z" : ""}"></path>` : nothing}
    ${lengthsOf(scene, closed ? [...corners, ...corners.slice(0, 1)] : corners, units)}
    ${corners.map((corner, index) => dot(scene, corner, index === 0 ? "first" : ""))}
  </g>`;
}

export function guidesOf({ camera }: Scene, guides: readonly Guide[]): SVGTemplateResult[] {
  return guides.map(
    ({ from, to }) =>
      svg`<path class="guide" d="M${pixels(toScreen(camera, from))}L${pixels(toScreen(camera, to))}"></path>`,
  );
}

/** The length of each stretch, beside its middle. */
export function lengthsOf({ camera }: Scene, line: readonly Point[], units: Units): SVGTemplateResult[] {
  return line.slice(1).map((to, index) => {
    const from = line[index];
    if (!from || distance(from, to) * camera.scale < MEASURED_PX) return svg``;
    const [[ax, ay], [bx, by]] = [toScreen(camera, from), toScreen(camera, to)];
    const [x, y] = [(ax + bx) / 2, (ay + by) / 2 - 6];
    return svg`<text class="length" x=${x.toFixed(1)} y=${y.toFixed(1)}>${formatLength(units, distance(from, to), 2)}</text>`;
  });
}

export function dot({ camera }: Scene, point: Point, style = ""): SVGTemplateResult {
  const [x, y] = toScreen(camera, point);
  return svg`<circle class="corner ${style}" cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="6"></circle>`;
}
