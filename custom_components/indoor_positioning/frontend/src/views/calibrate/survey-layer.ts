import { svg, type SVGTemplateResult } from "lit";
import type { Stand, Survey } from "../../api/calibration";
import type { Plan, Point } from "../../api/plan";
import { labelPointOf } from "../../map/plan-layers";
import { pixels, type Layer, type Scene } from "../../map/scene";
import { toScreen } from "../../model/camera";

/** Where one stands: chosen on the map, or a room whose place nobody has named. */
export interface Spot {
  readonly area: string;
  readonly at: Point | null;
}

/** What was measured, where it is worth to stand next, and where somebody stands or walks now. */
export function surveyLayer(survey: Survey | null, stand: Stand | null, spot: Spot | null): Layer {
  return (scene) => svg`<g class="survey">
    ${survey ? samples(scene, survey) : ""} ${survey?.next && !spot ? nextMark(scene, survey.next) : ""}
    ${stand?.status === "collecting" ? walked(scene, stand) : ""} ${spot ? spotMark(scene, spot) : ""}
  </g>`;
}

function samples({ plan, floor, camera }: Scene, survey: Survey): SVGTemplateResult[] {
  const here = new Set(plan.rooms.filter((room) => room.floor_id === floor).map((room) => room.area_id));
  return survey.samples.map((sample) => {
    if (sample.x === null || sample.y === null || !here.has(sample.area_id)) return svg``;
    const [x, y] = toScreen(camera, [sample.x, sample.y]);
    return svg`<circle class="sample ${sample.quality}" cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="5"></circle>`;
  });
}

function nextMark({ plan, floor, camera }: Scene, next: NonNullable<Survey["next"]>): SVGTemplateResult {
  const at = next.floor === floor ? (next.position ?? middleOf(plan, next.room)) : null;
  if (!at) return svg``;
  const [x, y] = toScreen(camera, at);
  return svg`<g class="next" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"><circle class="pulse" r="16"></circle>
    <circle r="7"></circle></g>`;
}

function spotMark({ plan, camera }: Scene, { area, at }: Spot): SVGTemplateResult {
  const place = at ?? middleOf(plan, area);
  if (!place) return svg``;
  const [x, y] = toScreen(camera, place);
  // A pin points at exactly where one stands.
  return svg`<path class="pin" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"
    d="M0 0C-4 -8 -11 -13 -11 -21A11 11 0 1 1 11 -21C11 -13 4 -8 0 0Z"></path>`;
}

function walked({ camera, floor }: Scene, stand: Stand): SVGTemplateResult {
  if (stand.corners.length === 0 || stand.floor_id !== floor) return svg``;
  const corners = stand.corners.map((corner) => pixels(toScreen(camera, corner)));
  return svg`<path class="drawn" d="M${corners.join("L")}"></path>
    ${stand.corners.map((corner) => {
      const [x, y] = toScreen(camera, corner);
      return svg`<circle class="corner" cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="6"></circle>`;
    })}`;
}

function middleOf(plan: Plan, area: string): Point | null {
  const outline = plan.rooms.find((room) => room.area_id === area)?.outline;
  return outline ? labelPointOf(outline) : null;
}
