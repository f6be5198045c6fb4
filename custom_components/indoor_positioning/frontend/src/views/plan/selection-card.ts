import { mdiClose, mdiDeleteOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { Plan, Point } from "../../api/plan";
import { lead, moveBy, moveCorner, raiseAnchor, raiseRoom, remove, renameZone, weaken } from "../../model/editor/edits";
import { handlesOf, isBetween, outlineOf, type Selection } from "../../model/editor/shapes";
import { areaOf } from "../../model/geometry";
import { formatArea, lengthUnit, toMetres, toUnit } from "../../model/units";
import { text } from "../../texts/texts";
import { icon } from "../../ui/icon";
import type { Desk } from "./desk";
import { numberField } from "./number-field";

/** Heights and losses that a field takes: the server has the same bounds. */
const MAX_HEIGHT_M = 50;
const MIN_RISE_M = -5;
const MAX_RISE_M = 10;
const MAX_LOSS_DB = 40;

/** What is selected, in numbers, so that all of it can be done with keys. */
export function selectionCard(desk: Desk): TemplateResult | typeof nothing {
  const { editor } = desk;
  const { plan, selection } = editor;
  if (!selection) return nothing;
  const outline = outlineOf(plan, selection);
  return html`<section class="card selection" aria-label=${text("plan.selected")}>
    <header>
      <h3>${titleOf(plan, selection)}</h3>
      <button
        class="icon-button"
        aria-label=${text("plan.deselect")}
        title=${text("plan.deselect")}
        @click=${() => {
          editor.select(null);
        }}
      >
        ${icon(mdiClose)}
      </button>
    </header>
    ${outline ? html`<p class="hint">${formatArea(desk.units, areaOf(outline))}</p>` : nothing} ${own(desk, selection)}
    ${places(desk, selection)}
    <button
      class="button danger"
      @click=${() => {
        editor.apply(remove(plan, selection));
      }}
    >
      ${icon(mdiDeleteOutline)}
      ${text(selection.kind === "rooms" || selection.kind === "anchors" ? "plan.take_off" : "plan.delete")}
    </button>
  </section>`;
}

export function titleOf(plan: Plan, { kind, id }: Selection): string {
  switch (kind) {
    case "rooms":
      return plan.rooms.find((room) => room.area_id === id)?.name ?? "";
    case "anchors":
      return plan.anchors.find((anchor) => anchor.source === id)?.name ?? "";
    case "zones":
      return plan.zones.find((zone) => zone.id === id)?.name ?? "";
    case "stairs":
      return text("plan.stairs");
    case "openings":
      return text("plan.opening");
    case "doors":
      return text("plan.door");
    case "walls":
      return text("plan.wall");
  }
}

/** What only things of this kind have. */
function own({ editor, units }: Desk, { kind, id }: Selection): TemplateResult | typeof nothing {
  const { plan } = editor;
  if (kind === "zones") {
    const name = plan.zones.find((zone) => zone.id === id)?.name ?? "";
    return html`<label class="field"
      ><span>${text("plan.zone_name")}</span
      ><input
        .value=${name}
        maxlength="100"
        @change=${(event: Event) => {
          const wanted = (event.target as HTMLInputElement).value.trim();
          if (wanted) editor.apply(renameZone(plan, id, wanted));
        }}
    /></label>`;
  }
  if (kind === "anchors") {
    const height = plan.anchors.find((anchor) => anchor.source === id)?.height ?? null;
    const label = text("plan.height", { unit: lengthUnit(units) });
    return numberField(
      label,
      height === null ? null : toUnit(units, height),
      0,
      toUnit(units, MAX_HEIGHT_M),
      (value) => {
        editor.apply(raiseAnchor(plan, id, value === null ? null : toMetres(units, value)));
      },
    );
  }
  if (kind === "walls") {
    const loss = plan.walls[Number(id)]?.attenuation ?? null;
    return numberField(text("plan.loss"), loss, 0, MAX_LOSS_DB, (value) => {
      editor.apply(weaken(plan, id, value));
    });
  }
  if (kind === "rooms") {
    const rise = plan.rooms.find((room) => room.area_id === id)?.elevation ?? null;
    return html`${numberField(
        text("plan.room_elevation", { unit: lengthUnit(units) }),
        rise === null ? null : toUnit(units, rise),
        toUnit(units, MIN_RISE_M),
        toUnit(units, MAX_RISE_M),
        (value) => {
          editor.apply(raiseRoom(plan, id, value === null ? null : toMetres(units, value)));
        },
        0,
      )}
      <p class="hint">${text("plan.room_elevation_hint")}</p>`;
  }
  if (isBetween(kind)) {
    const between = plan[kind][Number(id)];
    return html`<label class="field"
      ><span>${text("plan.stairs_lead_to")}</span
      ><select
        @change=${(event: Event) => {
          editor.apply(lead(plan, kind, id, (event.target as HTMLSelectElement).value));
        }}
      >
        ${plan.floors
          .filter((floor) => floor.id !== between?.from_floor_id)
          .map(
            (floor) =>
              html`<option value=${floor.id} ?selected=${floor.id === between?.to_floor_id}>${floor.name}</option>`,
          )}
      </select></label
    >`;
  }
  return nothing;
}

/** The coordinates of an anchor, or of all corners. */
function places(desk: Desk, selection: Selection): TemplateResult {
  const { plan } = desk.editor;
  const anchor = selection.kind === "anchors" ? plan.anchors.find(({ source }) => source === selection.id) : undefined;
  if (anchor && anchor.x !== null && anchor.y !== null) {
    const at: Point = [anchor.x, anchor.y];
    return pair(desk, text("plan.place"), at, (to) => moveBy(plan, selection, [to[0] - at[0], to[1] - at[1]]));
  }
  const corners = handlesOf(plan, selection).filter(({ middle }) => !middle);
  return html`<details>
    <summary>${text("plan.corners")}</summary>
    ${corners.map(({ point, index }) =>
      pair(desk, text("plan.corner", { number: index + 1 }), point, (to) => moveCorner(plan, selection, index, to)),
    )}
  </details>`;
}

function pair({ editor, units }: Desk, label: string, at: Point, move: (to: Point) => Plan): TemplateResult {
  const unit = lengthUnit(units);
  const change = (to: Point): void => {
    editor.apply(move(to));
  };
  return html`<fieldset class="pair">
    <legend>${label}</legend>
    ${numberField(text("plan.x", { unit }), toUnit(units, at[0]), null, null, (x) => {
      if (x !== null) change([toMetres(units, x), at[1]]);
    })}
    ${numberField(text("plan.y", { unit }), toUnit(units, at[1]), null, null, (y) => {
      if (y !== null) change([at[0], toMetres(units, y)]);
    })}
  </fieldset>`;
}
