import { mdiChip, mdiSchoolOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { NetworkReport, Networks } from "../../api/data";
import { formatAgo, formatLength, formatShare, type Units } from "../../model/units";
import { plural, text } from "../../texts/texts";
import { icon } from "../../ui/icon";

/** The methods that a report compares, by the names that it uses. */
const METHODS = {
  neural: "data.neural",
  fused: "data.fused",
  bayes: "data.bayes",
  fingerprint: "data.fingerprint",
} as const;

/** The home's own neural network: trained here, and taken along to an ESP32. */
export function networksCard(
  networks: Networks,
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
    ${report ? figures(report, units) : nothing}
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

function figures(report: NetworkReport, units: Units): TemplateResult {
  const length = (metres: number | null): string => (metres === null ? "–" : formatLength(units, metres, 2));
  const share = (rooms: number | null): string => (rooms === null ? "–" : formatShare(units, rooms));
  const rows = (Object.keys(METHODS) as (keyof typeof METHODS)[]).filter((method) => method in report.errors);
  return html`<table>
      <thead>
        <tr>
          <td></td>
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
            <td>${length(errors?.median ?? null)}</td>
            <td>${length(errors?.p90 ?? null)}</td>
            <td>${share(errors?.rooms ?? null)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    <p class="hint">${plural("data.learnt_from", report.samples)} ${report.kept ? "" : text("data.not_better")}</p>`;
}
