import { html, nothing, type TemplateResult } from "lit";
import type { Area, Floor, Outline, Plan } from "../../api/plan";
import { isBetween, type BetweenKind } from "../../model/editor/shapes";
import { text, type TextKey } from "../../texts/texts";

/** What has been drawn and still needs a name. */
export type Unnamed =
  | { readonly kind: "rooms" | "zones"; readonly outline: Outline }
  | { readonly kind: BetweenKind; readonly outline: Outline };

export interface Named {
  /** An area that is there, or null for a new one by `name`. */
  readonly area: string | null;
  readonly name: string;
  /** Where stairs lead, and openings. */
  readonly floor: string;
}

/** Areas that a room drawn on this floor may be: those without outline that lie here. */
export function freeAreas(plan: Plan, areas: readonly Area[], floor: string): Area[] {
  const drawn = new Set(plan.rooms.filter((room) => room.outline).map((room) => room.area_id));
  // Without floors in the registry everything lies on the one floor that the plan has.
  const only = plan.floors.length === 1;
  return areas.filter(
    (area) => !drawn.has(area.area_id) && (area.floor_id === floor || (only && area.floor_id === null)),
  );
}

const QUESTIONS: Readonly<Record<Unnamed["kind"], TextKey>> = {
  rooms: "plan.name_room",
  zones: "plan.name_zone",
  stairs: "plan.name_stairs",
  openings: "plan.name_opening",
};

/** Asks what it is that was drawn. */
export function namingCard(
  unnamed: Unnamed,
  areas: readonly Area[],
  floors: readonly Floor[],
  take: (named: Named) => Promise<void>,
  drop: () => void,
): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const field = (name: string): string => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const area = field("area");
    void take({ area: area === "" ? null : area, name: field("name"), floor: field("floor") });
  };
  return html`<form class="card naming" @submit=${submit}>
    <h3>${text(QUESTIONS[unnamed.kind])}</h3>
    ${unnamed.kind === "rooms" && areas.length > 0 ? areaField(areas) : nothing}
    ${
      isBetween(unnamed.kind)
        ? html`<label class="field"
            ><span>${text("plan.stairs_lead_to")}</span
            ><select name="floor">
              ${floors.map((floor) => html`<option value=${floor.id}>${floor.name}</option>`)}
            </select></label
          >`
        : html`<label class="field"
            ><span>${text(unnamed.kind === "rooms" ? "plan.new_area" : "plan.zone_name")}</span
            ><input name="name" maxlength="100" autocomplete="off"
          /></label>`
    }
    <div class="row">
      <button type="button" class="button" @click=${drop}>${text("plan.drop")}</button>
      <button class="button primary">${text("plan.take")}</button>
    </div>
  </form>`;
}

function areaField(areas: readonly Area[]): TemplateResult {
  return html`<label class="field"
    ><span>${text("plan.area")}</span
    ><select name="area">
      ${areas.map((area) => html`<option value=${area.area_id}>${area.name}</option>`)}
      <option value="">${text("plan.another_area")}</option>
    </select></label
  >`;
}
