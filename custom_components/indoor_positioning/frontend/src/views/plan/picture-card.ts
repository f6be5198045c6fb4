import { mdiCursorMove, mdiDeleteOutline, mdiImageOutline, mdiRotateLeft, mdiRulerSquare } from "@mdi/js";
import { html, type TemplateResult } from "lit";
import type { Picture } from "../../api/pictures";
import { text } from "../../texts/texts";
import { icon } from "../../ui/icon";

/** What can be done with the picture beneath a floor. */
export interface PictureActs {
  choose(file: File): void;
  move(): void;
  measure(): void;
  turn(): void;
  fade(opacity: number, settled: boolean): void;
  remove(): void;
}

export function pictureCard(picture: Picture | undefined, sending: number | null, acts: PictureActs): TemplateResult {
  return html`<section class="lists">
    <h3>${text("plan.picture")}</h3>
    ${
      sending === null
        ? html`<label class="button file"
            >${icon(mdiImageOutline)} ${text(picture ? "plan.picture_other" : "plan.picture_choose")}
            <input
              class="visually-hidden"
              type="file"
              accept="image/png,image/jpeg,image/webp"
              @change=${(event: Event) => {
                const input = event.target as HTMLInputElement;
                const file = input.files?.[0];
                if (file) acts.choose(file);
                input.value = "";
              }}
          /></label>`
        : html`<progress max="1" .value=${sending} aria-label=${text("plan.picture_sending")}></progress>`
    }
    ${picture ? tools(picture, acts) : html`<p class="hint">${text("plan.picture_hint")}</p>`}
  </section>`;
}

function tools(picture: Picture, acts: PictureActs): TemplateResult {
  const button = (path: string, label: string, act: () => void): TemplateResult =>
    html`<button class="button" @click=${act}>${icon(path)} ${label}</button>`;
  const fade = (settled: boolean) => (event: Event) => {
    acts.fade((event.target as HTMLInputElement).valueAsNumber, settled);
  };
  return html`<div class="row wrap">
      ${button(mdiRulerSquare, text("plan.picture_measure"), () => {
        acts.measure();
      })}
      ${button(mdiCursorMove, text("plan.picture_move"), () => {
        acts.move();
      })}
      ${button(mdiRotateLeft, text("plan.picture_turn"), () => {
        acts.turn();
      })}
      ${button(mdiDeleteOutline, text("plan.picture_remove"), () => {
        acts.remove();
      })}
    </div>
    <label class="field"
      ><span>${text("plan.picture_opacity")}</span
      ><input
        type="range"
        min="0.05"
        max="1"
        step="0.05"
        .value=${String(picture.opacity)}
        @input=${fade(false)}
        @change=${fade(true)}
    /></label>`;
}

/** Asks how long what was marked really is. */
export function lengthCard(unit: string, take: (length: number) => void, drop: () => void): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = Number(new FormData(event.target as HTMLFormElement).get("length"));
    if (given > 0) take(given);
  };
  return html`<form class="card naming" @submit=${submit}>
    <h3>${text("plan.how_long")}</h3>
    <label class="field"
      ><span>${text("plan.length", { unit })}</span
      ><input name="length" type="number" inputmode="decimal" step="any" min="0.05" max="1000" required
    /></label>
    <div class="row">
      <button type="button" class="button" @click=${drop}>${text("plan.drop")}</button>
      <button class="button primary">${text("plan.take")}</button>
    </div>
  </form>`;
}
