import { html, nothing, type TemplateResult } from "lit";
import type { BeaconRow } from "../../api/live";
import type { Plan } from "../../api/plan";
import { roomName } from "../../model/floors";
import { formatLength, formatShare, type Units } from "../../model/units";
import { text } from "../../texts/texts";

/** Everything that the map shows of the beacons, as text too: this is what a screen reader reads. */
export function beaconList(
  plan: Plan | null,
  beacons: ReadonlyMap<string, BeaconRow>,
  colours: ReadonlyMap<string, string>,
  units: Units,
  chosen: string | null,
  choose: (beacon: string) => void,
  detail: (row: BeaconRow) => TemplateResult | typeof nothing,
): TemplateResult {
  const rows = [...beacons].sort(([, a], [, b]) => a.name.localeCompare(b.name, units.language));
  return html`<ul class="beacons">
    ${rows.map(
      ([id, row]) =>
        html`<li class="card">
          <button
            class="beacon"
            aria-pressed=${id === chosen}
            @click=${() => {
              choose(id);
            }}
          >
            <span class="dot ${row.state}" style="--dot:${colours.get(id) ?? ""}"></span>
            <span class="name">${row.name}</span>
            <span class="place">${placeOf(plan, row)}</span>
            <span class="sure">${row.state === "here" ? sureness(row, units) : ""}</span>
          </button>
          ${id === chosen ? detail(row) : nothing}
        </li>`,
    )}
  </ul>`;
}

function placeOf(plan: Plan | null, row: BeaconRow): string {
  if (row.state === "away") return text("live.away");
  if (row.state === "unknown") return text("live.unknown");
  const room = plan && roomName(plan, row.room);
  return room ?? text("live.no_room");
}

function sureness(row: BeaconRow, units: Units): string {
  const share = row.probability === null ? [] : [formatShare(units, row.probability)];
  const radius = row.accuracy === null ? [] : [`± ${formatLength(units, row.accuracy)}`];
  return [...share, ...radius].join(" · ");
}
