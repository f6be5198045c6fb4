import { mdiAlertOutline, mdiCheckCircleOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { AccuracyMap, Finding, Plan } from "../../api/plan";
import { ACCURACY_STEPS } from "../../map/accuracy-layer";
import { roomName } from "../../model/floors";
import { formatLength, type Units } from "../../model/units";
import { text } from "../../texts/texts";
import { icon } from "../../ui/icon";
import type { Checks } from "./checks";

/** What the server makes of a floor as it is drawn now. */
export function checksCard(plan: Plan, floor: string, checks: Checks, units: Units): TemplateResult {
  const toggle = (): void => {
    checks.toggleAccuracy();
  };
  return html`<section>${findingsList(plan, floor, checks.findings)}</section>
    ${accuracyCard(checks.accuracyShown, checks.accuracy, units, toggle)}`;
}

function findingsList(plan: Plan, floor: string, findings: readonly Finding[] | null): TemplateResult {
  const here = findings?.filter((finding) => finding.floor === floor);
  if (!here) return html``;
  if (here.length === 0)
    return html`<p class="good">${icon(mdiCheckCircleOutline, 20)} ${text("plan.nothing_found")}</p>`;
  return html`<ul class="findings">
    ${here.map((finding) => html`<li>${icon(mdiAlertOutline, 20)}<span>${sentence(plan, finding)}</span></li>`)}
  </ul>`;
}

function sentence(plan: Plan, { kind, rooms, anchors, wanted }: Finding): string {
  const [first = "", second = ""] = rooms.map((room) => roomName(plan, room) ?? room);
  const numbers = { anchors: anchors ?? 0, wanted: wanted ?? 0 };
  switch (kind) {
    case "rooms_overlap":
      return text("plan.rooms_overlap", { first, second });
    case "room_unheard":
      return text("plan.room_unheard", { room: first });
    case "few_anchors":
      return text("plan.few_anchors", numbers);
    case "sparse_anchors":
      return text("plan.sparse_anchors", numbers);
    case "odd_storey":
      return text("plan.odd_storey");
  }
}

/** Shows or hides the predicted accuracy, and says what its colours mean. */
function accuracyCard(shown: boolean, map: AccuracyMap | null, units: Units, toggle: () => void): TemplateResult {
  return html`<section class="accuracy">
    <button class="button" aria-pressed=${shown} @click=${toggle}>
      ${text(shown ? "plan.hide_accuracy" : "plan.show_accuracy")}
    </button>
    ${shown && map ? legend(map, units) : nothing}
  </section>`;
}

function legend({ error, room_chance }: AccuracyMap, units: Units): TemplateResult {
  if (error.length === 0) return html`<p class="hint">${text("plan.accuracy_nothing")}</p>`;
  const sorted = [...error].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const chance = room_chance.reduce((sum, one) => sum + one, 0) / Math.max(1, room_chance.length);
  const share = new Intl.NumberFormat(units.language, { style: "percent" }).format(chance);
  return html`<ul class="legend">
      ${ACCURACY_STEPS.map(({ upTo, colour }, index) => {
        const before = ACCURACY_STEPS[index - 1]?.upTo ?? 0;
        const label = Number.isFinite(upTo)
          ? text("plan.accuracy_up_to", { length: formatLength(units, upTo, 2) })
          : text("plan.accuracy_more", { length: formatLength(units, before, 2) });
        return html`<li><i style="background:${colour}"></i>${label}</li>`;
      })}
    </ul>
    <p class="hint">${text("plan.accuracy_summary", { median: formatLength(units, median), share })}</p>`;
}
