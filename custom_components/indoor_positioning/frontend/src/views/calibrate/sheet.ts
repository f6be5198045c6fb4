import { mdiCheckCircleOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import type { Stand } from "../../api/calibration";
import type { BeaconRow } from "../../api/live";
import type { Plan } from "../../api/plan";
import { roomName } from "../../model/floors";
import { plural, text } from "../../texts/texts";
import { icon } from "../../ui/icon";
import { collected, ring } from "./ring";
import type { Spot } from "./survey-layer";

/** A stand at one spot, a line that is walked, or a beacon that stays for good. */
export type Mode = "stand" | "line" | "reference";

export const MODES: readonly Mode[] = ["stand", "line", "reference"];

export interface SheetActs {
  readonly beacon: (id: string) => void;
  readonly mode: (mode: Mode) => void;
  readonly room: (area: string) => void;
  readonly start: () => void;
  readonly finish: () => void;
  readonly cancel: () => void;
  readonly undo: () => void;
}

export interface SheetState {
  readonly plan: Plan;
  readonly floor: string;
  readonly beacons: ReadonlyMap<string, BeaconRow>;
  readonly beacon: string | null;
  readonly mode: Mode;
  readonly spot: Spot | null;
  readonly language: string;
  readonly busy: boolean;
}

/** While something is collected: how far it is. */
export function collectingSheet(stand: Stand, state: SheetState, acts: SheetActs): TemplateResult {
  const room = roomName(state.plan, stand.area_id);
  const name = state.beacons.get(stand.beacon ?? "")?.name ?? "";
  const line = stand.area_id === null;
  return html`<section class="card sheet collecting" aria-label=${text("calibrate.collecting")}>
    <h3>${room === null ? text("calibrate.line_with", { name }) : text("calibrate.stand_with", { name, room })}</h3>
    ${ring(stand, state.language)} ${collected(stand)}
    <div class="row">
      <button class="button" @click=${acts.cancel}>${text("calibrate.cancel")}</button>
      <button class="button ${line ? "primary" : ""}" ?disabled=${stand.packets === 0} @click=${acts.finish}>
        ${text(line ? "calibrate.end_line" : "calibrate.enough")}
      </button>
    </div>
  </section>`;
}

/** Before something is collected: with what, and where. */
export function choosingSheet(state: SheetState, stand: Stand | null, acts: SheetActs): TemplateResult {
  const { beacons, beacon, mode } = state;
  return html`${stand ? outcome(stand, state, acts) : nothing}
    <section class="card sheet" aria-label=${text("calibrate.choose")}>
      <label class="field"
        ><span>${text("calibrate.with")}</span
        ><select
          @change=${(event: Event) => {
            acts.beacon((event.target as HTMLSelectElement).value);
          }}
        >
          ${[...beacons].map(([id, row]) => html`<option value=${id} ?selected=${id === beacon}>${row.name}</option>`)}
        </select></label
      >
      <div class="modes" role="group" aria-label=${text("calibrate.how")}>
        ${MODES.map(
          (one) =>
            html`<button
              class="chip"
              aria-pressed=${one === mode}
              @click=${() => {
                acts.mode(one);
              }}
            >
              ${text(MODE_NAMES[one])}
            </button>`,
        )}
      </div>
      ${mode === "line" ? nothing : roomField(state, acts)}
      <p class="hint">${text(MODE_HINTS[mode])}</p>
      <button
        class="button primary start"
        ?disabled=${beacon === null || state.busy || !isPlaced(state)}
        @click=${acts.start}
      >
        ${text(mode === "reference" ? "calibrate.fix_here" : "calibrate.start")}
      </button>
    </section>`;
}

const MODE_NAMES = {
  stand: "calibrate.mode_stand",
  line: "calibrate.mode_line",
  reference: "calibrate.mode_reference",
} as const;

const MODE_HINTS = {
  stand: "calibrate.stand_hint",
  line: "calibrate.line_hint",
  reference: "calibrate.reference_hint",
} as const;

/** A room is enough for a stand; a line and a reference beacon need their very place. */
function isPlaced({ mode, spot }: SheetState): boolean {
  return spot !== null && (mode === "stand" || spot.at !== null);
}

function roomField({ plan, spot }: SheetState, acts: SheetActs): TemplateResult {
  return html`<label class="field"
    ><span>${text("calibrate.room")}</span
    ><select
      @change=${(event: Event) => {
        acts.room((event.target as HTMLSelectElement).value);
      }}
    >
      <option value="" ?selected=${!spot}>${text("calibrate.choose_room")}</option>
      ${plan.rooms.map(
        (room) => html`<option value=${room.area_id} ?selected=${spot?.area === room.area_id}>${room.name}</option>`,
      )}
    </select></label
  >`;
}

/** What became of the newest stand or line. */
function outcome(stand: Stand, { plan }: SheetState, acts: SheetActs): TemplateResult | typeof nothing {
  if (stand.status === "nothing_heard")
    return html`<p class="warning" role="alert">${text("calibrate.nothing_heard")}</p>`;
  if (stand.status !== "kept" || stand.samples.length === 0) return nothing;
  const room = roomName(plan, stand.area_id);
  const heard = `${plural("calibrate.packets", stand.packets)}, ${plural("calibrate.receivers", stand.anchors)}`;
  return html`<div class="card sheet" role="status">
    <p class="done-line">
      ${icon(mdiCheckCircleOutline)}
      <span>${room === null ? text("calibrate.kept_line", { heard }) : text("calibrate.kept", { room, heard })}</span>
      <button class="button" @click=${acts.undo}>${text("calibrate.undo")}</button>
    </p>
    ${stand.moved ? html`<p class="warning">${text("calibrate.moved")}</p>` : nothing}
  </div>`;
}
