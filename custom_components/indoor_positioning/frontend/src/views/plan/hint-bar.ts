import { html, nothing, type TemplateResult } from "lit";
import { text } from "../../texts/texts";
import type { PlanTool } from "./desk";
import { TOOLS, type ToolName } from "./toolbar";
import { OutlineTool } from "./tools/outline-tool";
import { PictureTool } from "./tools/picture-tool";
import { PointTool } from "./tools/point-tool";
import { SelectTool } from "./tools/select-tool";

/** What the tool wants to be done, and what can be done instead of it; `wanted` is the room that is drawn. */
export function hintBar(
  tool: PlanTool,
  name: ToolName | null,
  wanted: string | undefined,
  acts: { placeRectangle: () => void; stop: () => void },
): TemplateResult {
  const hint = TOOLS.find((one) => one.name === name)?.hint;
  const measures = tool instanceof PointTool && tool.wanted > 1;
  const others = tool instanceof PictureTool ? "plan.hint_picture" : measures ? "plan.hint_measure" : "plan.hint_point";
  return html`<div class="hint-bar" role="status">
    <span>${wanted ? `${wanted}: ` : ""}${text(hint ?? others)}</span>
    ${tool instanceof OutlineTool ? outlineButtons(tool, acts.placeRectangle) : nothing}
    ${tool instanceof SelectTool ? nothing : html`<button @click=${acts.stop}>${text("plan.stop")}</button>`}
  </div>`;
}

function outlineButtons(tool: OutlineTool, placeRectangle: () => void): TemplateResult {
  const back = (): void => {
    tool.back();
  };
  const close = (): void => {
    tool.close();
  };
  return html`${
    tool.corners === 0
      ? html`<button @click=${placeRectangle}>${text("plan.place_rectangle")}</button>`
      : html`<button @click=${back}>${text("plan.corner_back")}</button>`
  }
  ${tool.canClose ? html`<button @click=${close}>${text("plan.close_outline")}</button>` : nothing}`;
}
