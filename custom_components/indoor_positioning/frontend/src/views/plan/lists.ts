import { mdiCheck, mdiPlus } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { Plan } from "../../api/plan";
import { onFloor } from "../../model/floors";
import { isSame, type Selection } from "../../model/editor/shapes";
import { text } from "../../texts/texts";
import { icon } from "../../ui/icon";

/** What a dragged row of the list carries: the anchor's source. */
export const DRAGGED_ANCHOR = "application/x-indoor-positioning-anchor";

/** Everything of a floor by name, so that it is found without a mouse; `draw` and `place` begin what is still to do. */
export function planLists(
  plan: Plan,
  floor: string,
  selection: Selection | null,
  select: (selection: Selection) => void,
  draw: (area: string) => void,
  place: (source: string) => void,
): TemplateResult {
  const here = onFloor(plan, floor);
  const row = (kind: Selection["kind"], id: string, name: string): TemplateResult => {
    const own = { kind, id };
    return html`<li>
      <button
        class="row-button"
        aria-pressed=${isSame(selection, own)}
        @click=${() => {
          select(own);
        }}
      >
        ${icon(mdiCheck, 20)} <span>${name}</span>
      </button>
    </li>`;
  };
  const todo = (name: string, label: string, act: () => void, source?: string): TemplateResult =>
    html`<li>
      <button
        class="row-button todo"
        draggable=${source === undefined ? "false" : "true"}
        @dragstart=${(event: DragEvent) => {
          if (source !== undefined) event.dataTransfer?.setData(DRAGGED_ANCHOR, source);
        }}
        @click=${act}
      >
        ${icon(mdiPlus, 20)} <span>${name}</span><em>${label}</em>
      </button>
    </li>`;
  const group = (title: string, rows: readonly TemplateResult[]): TemplateResult | typeof nothing =>
    rows.length === 0
      ? nothing
      : html`<h3>${title}</h3>
          <ul>
            ${rows}
          </ul>`;
  return html`<div class="lists">
    ${group(
      text("plan.rooms"),
      here.rooms.map((room) =>
        room.outline
          ? row("rooms", room.area_id, room.name)
          : todo(room.name, text("plan.draw"), () => {
              draw(room.area_id);
            }),
      ),
    )}
    ${group(text("plan.anchors"), [
      ...here.anchors.map((anchor) =>
        anchor.x === null
          ? todo(
              anchor.name,
              text("plan.put"),
              () => {
                place(anchor.source);
              },
              anchor.source,
            )
          : row("anchors", anchor.source, anchor.name),
      ),
      ...plan.scanners.map((scanner) =>
        todo(
          scanner.name,
          text("plan.put"),
          () => {
            place(scanner.source);
          },
          scanner.source,
        ),
      ),
    ])}
    ${group(
      text("plan.zones"),
      here.zones.map((zone) => row("zones", zone.id, zone.name)),
    )}
    ${group(text("plan.ways"), [
      ...plan.stairs.flatMap((one, index) =>
        here.stairs.includes(one) ? [row("stairs", String(index), text("plan.stairs"))] : [],
      ),
      ...plan.openings.flatMap((one, index) =>
        here.openings.includes(one) ? [row("openings", String(index), text("plan.opening"))] : [],
      ),
      ...plan.doors.flatMap((one, index) =>
        one.floor_id === floor ? [row("doors", String(index), text("plan.door_number", { number: index + 1 }))] : [],
      ),
      ...plan.walls.flatMap((one, index) =>
        one.floor_id === floor ? [row("walls", String(index), text("plan.wall_number", { number: index + 1 }))] : [],
      ),
    ])}
  </div>`;
}
