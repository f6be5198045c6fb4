import { css, html, nothing, type TemplateResult } from "lit";
import type { Floor } from "../api/plan";
import { text } from "../texts/texts";

/** The floors to choose from, the uppermost first as in a lift; nothing where there is one. */
export function floorChips(
  floors: readonly Floor[],
  chosen: string,
  choose: (floor: string) => void,
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
          ${floor.name}
        </button>`,
    )}
  </div>`;
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
`;
