import { html, svg, type TemplateResult } from "lit";
import type { Stand } from "../../api/calibration";
import { plural, text } from "../../texts/texts";

const RADIUS = 52;
const LENGTH = 2 * Math.PI * RADIUS;

/** How far the stand is: a ring that fills, large enough to be read from an outstretched arm. */
export function ring(stand: Stand, language: string): TemplateResult {
  const share = Math.min(1, Math.max(0, stand.share));
  const percent = new Intl.NumberFormat(language, { style: "percent" }).format(share);
  return html`<div
    class="ring"
    role="progressbar"
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(share * 100)}
  >
    <svg viewBox="0 0 120 120" aria-hidden="true">
      <circle class="track" cx="60" cy="60" r=${RADIUS}></circle>
      ${svg`<circle class="done ${stand.moving ? "moving" : ""}" cx="60" cy="60" r=${RADIUS}
        stroke-dasharray="${(share * LENGTH).toFixed(1)} ${LENGTH.toFixed(1)}"></circle>`}
    </svg>
    <b>${percent}</b>
  </div>`;
}

/** What has come so far, and what the walker should do. */
export function collected(stand: Stand): TemplateResult {
  const line = stand.area_id === null;
  const wish = line ? "calibrate.walk_on" : stand.moving ? "calibrate.hold_still" : "calibrate.turn_slowly";
  return html`<p class="wish" role="status">${text(wish)}</p>
    <p class="hint">
      ${plural("calibrate.packets", stand.packets)} · ${plural("calibrate.receivers", stand.anchors)}
      ${line ? html` · ${plural("calibrate.corners", stand.corners.length)}` : ""}
    </p>`;
}
