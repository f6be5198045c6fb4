import { html, nothing, type TemplateResult } from "lit";
import { raiseFloor } from "../../model/editor/edits";
import { lengthUnit, toMetres, toUnit } from "../../model/units";
import { text } from "../../texts/texts";
import type { Desk } from "./desk";
import { numberField } from "./number-field";

/** Heights of floors that the server takes (m). */
const LOWEST_M = -100;
const HIGHEST_M = 500;

/** How high the floor lies; nothing where there is no other to lie above or below. */
export function floorCard({ editor, floor, units }: Desk): TemplateResult | typeof nothing {
  const { plan } = editor;
  const here = plan.floors.find(({ id }) => id === floor);
  if (!here || plan.floors.length < 2) return nothing;
  const told = plan.elevations.find(({ floor_id }) => floor_id === floor)?.elevation ?? null;
  const unit = lengthUnit(units);
  const shown = (metres: number | null): number | null => (metres === null ? null : toUnit(units, metres));
  return html`<section class="lists">
    <h3>${here.name}</h3>
    ${numberField(
      text("plan.floor_elevation", { unit }),
      shown(told),
      toUnit(units, LOWEST_M),
      toUnit(units, HIGHEST_M),
      (value) => {
        editor.apply(raiseFloor(plan, floor, value === null ? null : toMetres(units, value)));
      },
      shown(here.elevation),
    )}
    <p class="hint">${text("plan.floor_elevation_hint")}</p>
  </section>`;
}
