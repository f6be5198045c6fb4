import {
  mdiCursorDefaultOutline,
  mdiDoor,
  mdiRedo,
  mdiSelectRemove,
  mdiStairs,
  mdiTextureBox,
  mdiUndo,
  mdiVectorSquare,
  mdiWall,
} from "@mdi/js";
import { html, type TemplateResult } from "lit";
import { isBetween } from "../../model/editor/shapes";
import { text, type TextKey } from "../../texts/texts";
import { icon } from "../../ui/icon";

/** What is drawn with a finger; anchors and pictures have tools that begin elsewhere. */
export type ToolName = "select" | "rooms" | "doors" | "walls" | "stairs" | "openings" | "zones";

export const TOOLS: readonly { name: ToolName; icon: string; title: TextKey; hint: TextKey }[] = [
  { name: "select", icon: mdiCursorDefaultOutline, title: "plan.tool_select", hint: "plan.hint_select" },
  { name: "rooms", icon: mdiVectorSquare, title: "plan.tool_room", hint: "plan.hint_outline" },
  { name: "doors", icon: mdiDoor, title: "plan.tool_door", hint: "plan.hint_door" },
  { name: "walls", icon: mdiWall, title: "plan.tool_wall", hint: "plan.hint_wall" },
  { name: "stairs", icon: mdiStairs, title: "plan.tool_stairs", hint: "plan.hint_outline" },
  { name: "zones", icon: mdiTextureBox, title: "plan.tool_zone", hint: "plan.hint_outline" },
  { name: "openings", icon: mdiSelectRemove, title: "plan.tool_opening", hint: "plan.hint_opening" },
];

export interface ToolbarState {
  readonly tool: ToolName | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Stairs and openings lead from one floor to another. */
  readonly manyFloors: boolean;
}

export function toolbar(
  state: ToolbarState,
  choose: (tool: ToolName) => void,
  undo: () => void,
  redo: () => void,
): TemplateResult {
  return html`<div class="toolbar" role="toolbar" aria-label=${text("plan.tools")}>
    ${TOOLS.filter(({ name }) => !isBetween(name) || state.manyFloors).map(
      ({ name, icon: path, title }) =>
        html`<button
          class="tool"
          title=${text(title)}
          aria-pressed=${state.tool === name}
          @click=${() => {
            choose(name);
          }}
        >
          ${icon(path)}<span>${text(title)}</span>
        </button>`,
    )}
    <span class="gap"></span>
    <span class="steps">
      <button
        class="icon-button"
        title=${text("plan.undo")}
        aria-label=${text("plan.undo")}
        ?disabled=${!state.canUndo}
        @click=${undo}
      >
        ${icon(mdiUndo)}
      </button>
      <button
        class="icon-button"
        title=${text("plan.redo")}
        aria-label=${text("plan.redo")}
        ?disabled=${!state.canRedo}
        @click=${redo}
      >
        ${icon(mdiRedo)}
      </button>
    </span>
  </div>`;
}
