import { mdiAlertOutline, mdiChip, mdiSchoolOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { NetworkReport, Networks } from "../../api/data";
import type { Plan } from "../../api/plan";
import { roomName } from "../../model/floors";
import { formatAgo, formatLength, formatShare, type Units } from "../../model/units";
import { plural, text } from "../../texts/texts";
import { icon } from "../../ui/icon";
import { banner } from "../../ui/notice";

/** The methods that a report compares, by the names that it uses. */
const METHODS = {
  neural: "data.neural",
  fused: "data.fused",
  bayes: "data.bayes",
  fingerprint: "data.fingerprint",
} as const;

/** Why a network rests. */
const MISFITS = {
  other_anchors: "data.networks_rest_other_anchors",
  floor_gone: "data.networks_rest_floor_gone",
  rooms_gone: "data.networks_rest_rooms_gone",
} as const;

/** Why a training that the home began by itself came to nothing. */
const PROBLEMS = {
  training_no_samples: "data.problem_training_no_samples",
  training_too_few_samples: "data.problem_training_too_few_samples",
  training_one_room: "data.problem_training_one_room",
} as const;

/** The home's own neural network: trained here, and taken along to an ESP32. */
export function networksCard(
  networks: Networks,
  plan: Plan | null,
  busy: boolean,
  units: Units,
  acts: { readonly train: () => void; readonly export: () => void },
): TemplateResult {
  const { training, models, trained_at, report, outdated } = networks;
  return html`<section class="card">
    <h2>${text("data.network_title")}</h2>
    <p class="hint">${text("data.network_detail")}</p>
    ${
      trained_at === null
        ? nothing
        : html`<p>
            ${text("data.trained", { ago: formatAgo(units, trained_at, Date.now() / 1000) })}
            ${outdated ? text("data.outdated") : ""}
          </p>`
    }
    ${warnings(networks).map((warning) => banner(mdiAlertOutline, warning))}
    ${report ? figures(report, plan, units) : nothing}
    ${training === null ? nothing : html`<progress max="1" .value=${training} aria-label=${text("data.training")}></progress>`}
    <div class="row">
      <button class="button" ?disabled=${busy || training !== null} @click=${acts.train}>
        ${icon(mdiSchoolOutline)} ${text("data.train")}
      </button>
      <button class="button" ?disabled=${busy || models.length === 0} @click=${acts.export}>
        ${icon(mdiChip)} ${text("data.network_export")}
      </button>
    </div>
  </section>`;
}

/** What is wrong with the networks in use, and what to do about it. */
function warnings({ models, missing_anchors, problem }: Networks): string[] {
  const misfits = new Set(models.map((model) => model.misfit).filter((misfit) => misfit !== null));
  const found = [...misfits].map((misfit) => text(MISFITS[misfit]));
  if (missing_anchors.length > 0 && !misfits.has("other_anchors"))
    found.push(plural("data.networks_gone", missing_anchors.length));
  if (problem !== null) found.push(text(PROBLEMS[problem]));
  return found;
}

function figures(report: NetworkReport, plan: Plan | null, units: Units): TemplateResult {
  const length = (metres: number | null): string => (metres === null ? "–" : formatLength(units, metres, 2));
  const share = (rooms: number | null): string => (rooms === null ? "–" : formatShare(units, rooms));
  const rows = (Object.keys(METHODS) as (keyof typeof METHODS)[]).filter((method) => method in report.errors);
  return html`<table>
      <thead>
        <tr>
          <td></td>
          <th scope="col">${text("data.mean")}</th>
          <th scope="col">${text("data.median")}</th>
          <th scope="col">${text("data.p90")}</th>
          <th scope="col">${text("data.rooms_right")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((method) => {
          const errors = report.errors[method];
          return html`<tr>
            <th scope="row">${text(METHODS[method])}</th>
            <td>${length(errors?.mean ?? null)}</td>
            <td>${length(errors?.median ?? null)}</td>
            <td>${length(errors?.p90 ?? null)}</td>
            <td>${share(errors?.rooms ?? null)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    ${byRoom(report, plan, length)}
    <p class="hint">
      ${plural("data.learnt_from", report.samples)} ${report.kept ? "" : text("data.not_better")}
      ${quantisation(report, units)}
    </p>`;
}

/** The methods that stand beside each other for each room: the network, and what the home has without it. */
const METHODS_BY_ROOM = ["neural", "bayes", "fingerprint"] as const;

/** Mean errors by room, where the network errs most first; empty where no places are known. */
function byRoom(
  report: NetworkReport,
  plan: Plan | null,
  length: (metres: number | null) => string,
): TemplateResult | typeof nothing {
  const rooms = Object.entries(report.errors["neural"]?.mean_by_room ?? {}).sort(([, one], [, other]) => other - one);
  if (rooms.length === 0) return nothing;
  const methods = METHODS_BY_ROOM.filter((method) => method in report.errors);
  return html`<details>
    <summary>${text("data.by_room")}</summary>
    <table class="rooms">
      <thead>
        <tr>
          <td></td>
          ${methods.map((method) => html`<th scope="col">${text(METHODS[method])}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rooms.map(
          ([area]) =>
            html`<tr>
              <th scope="row">${(plan && roomName(plan, area)) ?? area}</th>
              ${methods.map((method) => html`<td>${length(report.errors[method]?.mean_by_room[area] ?? null)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function quantisation({ quantisation_loss }: NetworkReport, units: Units): string {
  if (quantisation_loss === null) return "";
  const share = new Intl.NumberFormat(units.language, {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  }).format(quantisation_loss);
  return text("data.quantisation", { share });
}
