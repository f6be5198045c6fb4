import { css, html, nothing, type TemplateResult } from "lit";
import type { Floor } from "../api/plan";
import { plural, text } from "../texts/texts";

/** The floors to choose from, the uppermost first as in a lift; nothing where there is one. `crowds`: beacons on each. */
export function floorChips(
  floors: readonly Floor[],
  chosen: string,
  choose: (floor: string) => void,
  crowds: ReadonlyMap<string, number> = new Map(),
): TemplateResult | typeof nothing {
  if (floors.length < 2) return nothing;
  return html`<div class="floors" role="group" aria-label=${text("map.floors")}>
    ${[...floors].reverse().map(
      (floor) =>
        html`<button
          class="chip"
          aria-pressed=${floor.id === chosen}
          @click=${() => {
            choose(floor.id);
          }}
        >
          ${floor.name}${badge(crowds.get(floor.id) ?? 0)}
        </button>`,
    )}
  </div>`;
}

function badge(count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  return html`<span class="badge" aria-hidden="true">${count}</span
    ><span class="visually-hidden">${plural("map.beacons_here", count)}</span>`;
}

/** On top of a map, in its corner. */
export const floorChipStyles = css`
  .floors {
    position: absolute;
    top: 8px;
    left: 8px;
    display: flex;
    gap: 8px;
    /* The other corner is for buttons. */
    max-width: calc(100% - 76px);
    overflow-x: auto;
    scrollbar-width: none;
  }
  .badge {
    display: inline-grid;
    place-items: center;
    min-width: 20px;
    height: 20px;
    padding: 0 6px;
    border-radius: 10px;
    background: color-mix(in srgb, var(--ip-text) 12%, transparent);
    font-size: 12px;
    font-weight: 500;
    font-variant-numeric: tabular-nums;
  }
`;
