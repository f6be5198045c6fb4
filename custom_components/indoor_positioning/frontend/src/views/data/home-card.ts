import { mdiDownload, mdiUpload } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { ImportReport } from "../../api/data";
import { plural, text } from "../../texts/texts";
import { icon } from "../../ui/icon";

export interface HomeActs {
  readonly save: () => void;
  readonly choose: (file: File) => void;
  readonly confirm: () => void;
  readonly drop: () => void;
}

/** The whole home as one file: to keep, to move, or to send to somebody who shall help. */
export function homeCard(
  busy: boolean,
  sending: number | null,
  planned: ImportReport | null,
  done: ImportReport | null,
  acts: HomeActs,
): TemplateResult {
  return html`<section class="card">
    <h2>${text("data.home_title")}</h2>
    <p class="hint">${text("data.home_detail")}</p>
    <div class="row">
      <button class="button primary" ?disabled=${busy} @click=${acts.save}>
        ${icon(mdiDownload)} ${text("data.export")}
      </button>
      <label class="button file"
        >${icon(mdiUpload)} ${text("data.import")}
        <input
          class="visually-hidden"
          type="file"
          accept=".zip,application/zip"
          ?disabled=${busy}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const file = input.files?.[0];
            if (file) acts.choose(file);
            input.value = "";
          }}
      /></label>
    </div>
    ${sending === null ? nothing : html`<progress max="1" .value=${sending} aria-label=${text("data.sending")}></progress>`}
    ${planned ? plannedPart(planned, busy, acts) : nothing}
    ${done ? html`<p role="status" class="good">${text("data.imported")} ${counts(done)}</p>` : nothing}
  </section>`;
}

function plannedPart(report: ImportReport, busy: boolean, acts: HomeActs): TemplateResult {
  return html`<div class="planned" role="status">
    <p>${text("data.would_import")} ${counts(report)}</p>
    ${named("data.new_areas", [...report.new_floors, ...report.new_areas])}
    ${named("data.without_keys", report.without_keys)} ${named("data.left_out", report.left_out)}
    <div class="row">
      <button class="button" ?disabled=${busy} @click=${acts.drop}>${text("data.cancel")}</button>
      <button class="button primary" ?disabled=${busy} @click=${acts.confirm}>${text("data.confirm")}</button>
    </div>
  </div>`;
}

function counts({ rooms, anchors, zones, beacons, samples, pictures }: ImportReport): string {
  const parts = [
    plural("data.rooms", rooms),
    plural("data.anchors", anchors),
    plural("data.zones", zones),
    plural("data.beacons", beacons),
    plural("data.samples", samples),
    plural("data.pictures", pictures),
  ];
  return `${parts.join(", ")}.`;
}

function named(
  key: "data.new_areas" | "data.without_keys" | "data.left_out",
  names: readonly string[],
): TemplateResult | typeof nothing {
  return names.length === 0 ? nothing : html`<p class="hint">${text(key, { names: names.join(", ") })}</p>`;
}
