import { mdiDeleteOutline, mdiPinOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { Reference, Sample, Survey, SurveyError, SurveyReport } from "../../api/calibration";
import type { BeaconRow } from "../../api/live";
import type { Plan } from "../../api/plan";
import { roomName } from "../../model/floors";
import { formatAgo, formatLength, formatShare, type Units } from "../../model/units";
import { plural, text } from "../../texts/texts";
import { icon } from "../../ui/icon";

export interface SurveyActs {
  delete(samples: readonly string[]): void;
  judge(): void;
  release(beacon: string): void;
}

/** What was measured so far, how old it is, and what it is worth. */
export function surveyList(
  survey: Survey,
  report: SurveyReport | null,
  plan: Plan,
  beacons: ReadonlyMap<string, BeaconRow>,
  units: Units,
  acts: SurveyActs,
): TemplateResult {
  const { samples, newest, drifted, references } = survey;
  const now = Date.now() / 1000;
  const names = drifted.map((source) => plan.anchors.find((anchor) => anchor.source === source)?.name ?? source);
  return html`<section class="survey" aria-label=${text("calibrate.survey")}>
    <h3>${text("calibrate.survey")}</h3>
    <p class="hint">
      ${samples.length === 0 ? text("calibrate.no_samples") : plural("calibrate.samples", samples.length)}
      ${newest === null ? "" : html` · ${text("calibrate.newest", { ago: formatAgo(units, newest, now) })}`}
    </p>
    ${names.length > 0 ? html`<p class="warning">${text("calibrate.drifted", { names: names.join(", ") })}</p>` : nothing}
    ${samples.length > 1 ? worth(report, units, acts) : nothing}
    ${references.length > 0 ? referenceList(references, plan, beacons, acts) : nothing}
    ${
      samples.length > 0
        ? html`<details>
            <summary>${text("calibrate.all_samples")}</summary>
            <ul>
              ${[...samples].reverse().map((sample) => row(sample, plan, units, now, acts))}
            </ul>
          </details>`
        : nothing
    }
  </section>`;
}

function worth(report: SurveyReport | null, units: Units, acts: SurveyActs): TemplateResult {
  const cell = ({ median, rooms }: SurveyError): TemplateResult =>
    html`<td>${median === null ? "–" : formatLength(units, median, 2)}</td>
      <td>${rooms === null ? "–" : formatShare(units, rooms)}</td>`;
  return html`${
      report
        ? html`<table>
            <thead>
              <tr>
                <td></td>
                <th scope="col">${text("calibrate.error")}</th>
                <th scope="col">${text("calibrate.rooms_right")}</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">${text("calibrate.before")}</th>
                ${cell(report.before)}
              </tr>
              <tr>
                <th scope="row">${text("calibrate.after")}</th>
                ${cell(report.after)}
              </tr>
            </tbody>
          </table>`
        : nothing
    }
    <button
      class="button"
      @click=${() => {
        acts.judge();
      }}
    >
      ${text("calibrate.judge")}
    </button>`;
}

function referenceList(
  references: readonly Reference[],
  plan: Plan,
  beacons: ReadonlyMap<string, BeaconRow>,
  acts: SurveyActs,
): TemplateResult {
  return html`<h3>${text("calibrate.references")}</h3>
    <ul>
      ${references.map(({ beacon, area_id }) => {
        const name = beacons.get(beacon)?.name ?? beacon;
        return html`<li>
          ${icon(mdiPinOutline, 20)}<span>${name}<small>${roomName(plan, area_id) ?? ""}</small></span>
          ${trash(text("calibrate.release", { name }), () => {
            acts.release(beacon);
          })}
        </li>`;
      })}
    </ul>`;
}

function row(sample: Sample, plan: Plan, units: Units, now: number, acts: SurveyActs): TemplateResult {
  const room = roomName(plan, sample.area_id) ?? sample.area_id;
  const heard = `${plural("calibrate.packets", sample.packets)}, ${plural("calibrate.receivers", sample.anchors)}`;
  return html`<li>
    <i class="quality ${sample.quality}"></i>
    <span>${room}<small>${formatAgo(units, sample.time, now)} · ${heard}</small></span>
    ${trash(text("calibrate.delete_sample", { room }), () => {
      acts.delete([sample.id]);
    })}
  </li>`;
}

function trash(label: string, act: () => void): TemplateResult {
  return html`<button class="icon-button" aria-label=${label} title=${label} @click=${act}>
    ${icon(mdiDeleteOutline)}
  </button>`;
}
