import { html, nothing, type TemplateResult } from "lit";
import type { BeaconRow } from "../../api/live";
import type { Plan } from "../../api/plan";
import { roomName } from "../../model/floors";
import { formatAgo, formatDuration, formatShare, type Units } from "../../model/units";
import { text, type TextKey } from "../../texts/texts";

/** Rooms that are told besides the likeliest; the rest adds up to little. */
const ROOMS = 3;

/** Less probable rooms are not worth a line. */
const LEAST = 0.02;

/** Shorter than that, it may just be a step (s). */
const STILL_S = 60;

/** All that is known of one beacon at present. Seconds since the epoch. */
export function beaconDetail(
  plan: Plan | null,
  row: BeaconRow,
  links: ReadonlyMap<string, number>,
  units: Units,
  now: number,
): TemplateResult {
  return html`<div class="detail">
    ${row.duplicate_suspected ? html`<p class="warning">${text("live.duplicate")}</p>` : nothing}
    ${row.state === "here" ? rooms(plan, row, units) : nothing}
    <dl>
      ${fact("live.zones", row.zones.map((id) => plan?.zones.find((zone) => zone.id === id)?.name ?? "").join(", "))}
      ${fact("live.still", stillFor(row, units, now))}
      ${fact("live.heard", row.last_heard === null ? "" : formatAgo(units, row.last_heard, now))}
    </dl>
    ${links.size > 0 ? heardBy(plan, links, units) : nothing}
  </div>`;
}

function rooms(plan: Plan | null, row: BeaconRow, units: Units): TemplateResult {
  const likely = Object.entries(row.rooms)
    .filter(([, probability]) => probability >= LEAST)
    .sort(([, a], [, b]) => b - a)
    .slice(0, ROOMS);
  return html`<ul class="rooms" aria-label=${text("live.rooms")}>
    ${likely.map(
      ([room, probability]) =>
        html`<li style="--share:${probability}">
          <span>${(plan && roomName(plan, room)) ?? room}</span><span>${formatShare(units, probability)}</span>
        </li>`,
    )}
  </ul>`;
}

function heardBy(plan: Plan | null, links: ReadonlyMap<string, number>, units: Units): TemplateResult {
  const name = (source: string): string => plan?.anchors.find((anchor) => anchor.source === source)?.name ?? source;
  const strongest = [...links].sort(([, a], [, b]) => b - a);
  const dbm = new Intl.NumberFormat(units.language, { maximumFractionDigits: 0 });
  return html`<h3>${text("live.heard_by")}</h3>
    <ul class="links">
      ${strongest.map(([source, rssi]) => html`<li><span>${name(source)}</span><span>${dbm.format(rssi)} dBm</span></li>`)}
    </ul>`;
}

function fact(label: TextKey, value: string): TemplateResult | typeof nothing {
  return value
    ? html`<dt>${text(label)}</dt>
        <dd>${value}</dd>`
    : nothing;
}

function stillFor(row: BeaconRow, units: Units, now: number): string {
  if (row.state !== "here" || row.still_since === null || now - row.still_since < STILL_S) return "";
  return formatDuration(units, now - row.still_since);
}
