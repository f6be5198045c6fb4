import { mdiClose, mdiGradientVertical, mdiPause, mdiPlay } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Dwell } from "../../model/dwell";
import { RANGES_H, SPEEDS, type Playback } from "../../model/playback";
import { Watching } from "../../model/store";
import { formatDuration, formatMoment, type Units } from "../../model/units";
import { text } from "../../texts/texts";
import { define } from "../../ui/define";
import { icon } from "../../ui/icon";
import { shared } from "../../ui/styles";

/**
 * What one plays recorded tracks with. Fires `history-range` with the hours to look at, `history-heat` when the heat map
 * is wanted or no more, and `history-close`.
 */
export class HistoryBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 8px;
        border-top: 1px solid var(--ip-line);
        background: var(--ip-surface);
      }
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .row + .row {
        margin-top: 8px;
      }
      .scroll {
        overflow-x: auto;
        scrollbar-width: none;
      }
      input[type="range"] {
        flex: 1;
        min-width: 80px;
        height: 44px;
        margin: 0;
        appearance: none;
        background: none;
        cursor: pointer;
      }
      input::-webkit-slider-runnable-track {
        height: 4px;
        border-radius: 2px;
        background: linear-gradient(to right, var(--ip-accent) var(--done), var(--ip-line) 0);
      }
      input::-moz-range-track {
        height: 4px;
        border-radius: 2px;
        background: linear-gradient(to right, var(--ip-accent) var(--done), var(--ip-line) 0);
      }
      input::-webkit-slider-thumb {
        appearance: none;
        width: 20px;
        height: 20px;
        margin-top: -8px;
        border-radius: 50%;
        background: var(--ip-accent);
      }
      input::-moz-range-thumb {
        width: 20px;
        height: 20px;
        border: 0;
        border-radius: 50%;
        background: var(--ip-accent);
      }
      output {
        flex: none;
        min-width: 92px;
        font-variant-numeric: tabular-nums;
        text-align: end;
      }
      .chip {
        flex: none;
        padding: 0 12px;
      }
      .gap {
        flex: 1;
      }
      p {
        flex: 1;
        margin: 0 8px;
        color: var(--ip-muted);
      }
      .scale {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: 8px;
        padding: 8px 8px 0;
        color: var(--ip-muted);
        font-size: 12px;
      }
      @media (max-width: 480px) {
        .chip span {
          display: none;
        }
      }
      .ramp {
        width: 96px;
        height: 8px;
        border-radius: 4px;
        background: linear-gradient(to right, rgb(255 193 7 / 40%), rgb(255 122 0 / 75%), rgb(216 27 96 / 90%));
      }
    `,
  ];

  @property({ attribute: false }) playback!: Playback;
  @property({ attribute: false }) units!: Units;
  @property({ type: Number }) range = 1;
  @property({ type: Boolean }) heat = false;
  @property({ attribute: false }) dwell: Dwell | null = null;

  constructor() {
    super();
    new Watching(this, () => [this.playback]);
  }

  protected override render(): TemplateResult {
    const close = html`<button
      class="icon-button"
      aria-label=${text("history.close")}
      title=${text("history.close")}
      @click=${() => this.dispatchEvent(new CustomEvent("history-close"))}
    >
      ${icon(mdiClose)}
    </button>`;
    const { state } = this.playback;
    if (state === "ready") return html`${this.#player(close)} ${this.#choices()} ${this.#scale()}`;
    const said = typeof state === "object" ? state.problem : text(`history.${state}`);
    const ranges = state === "empty" ? html`<div class="row scroll">${this.#ranges()}</div>` : nothing;
    return html`<div class="row">
        <p role="status">${said}</p>
        ${close}
      </div>
      ${ranges}`;
  }

  #player(close: TemplateResult): TemplateResult {
    const { playing, start, end, time } = this.playback;
    const name = text(playing ? "history.pause" : "history.play");
    return html`<div class="row">
      <button
        class="icon-button"
        aria-label=${name}
        title=${name}
        @click=${() => {
          this.playback.toggle();
        }}
      >
        ${icon(playing ? mdiPause : mdiPlay)}
      </button>
      <input
        type="range"
        aria-label=${text("history.time")}
        aria-valuetext=${formatMoment(this.units, time)}
        style="--done:${(100 * (time - start)) / Math.max(1, end - start)}%"
        min=${start}
        max=${end}
        step="1"
        .value=${String(time)}
        @input=${(event: Event) => {
          this.playback.seek(Number((event.target as HTMLInputElement).value));
        }}
      />
      <output>${formatMoment(this.units, time)}</output>
      ${close}
    </div>`;
  }

  #choices(): TemplateResult {
    return html`<div class="row scroll">
      ${this.#ranges()}
      <span class="gap"></span>
      <button
        class="chip"
        aria-pressed=${this.heat}
        aria-label=${text("history.heat")}
        @click=${() => this.dispatchEvent(new CustomEvent("history-heat", { detail: !this.heat }))}
      >
        ${icon(mdiGradientVertical, 20)}<span>${text("history.heat")}</span>
      </button>
      <button class="chip" @click=${this.#faster} aria-label=${text("history.speed", { speed: this.playback.speed })}>
        ${this.playback.speed}×
      </button>
    </div>`;
  }

  #scale(): TemplateResult | typeof nothing {
    if (!this.dwell || !this.heat) return nothing;
    const longest = formatDuration(this.units, this.dwell.longest);
    return html`<div class="scale">
      ${text("history.heat")}<span class="ramp"></span>${text("history.up_to", { time: longest })}
    </div>`;
  }

  /** What is not kept is not offered. */
  #ranges(): TemplateResult[] {
    const { hours } = this.playback;
    const offered = RANGES_H.filter((_range, i) => i === 0 || (RANGES_H[i - 1] ?? 0) < hours);
    return offered.map(
      (range) =>
        html`<button
          class="chip"
          aria-pressed=${range === this.range}
          @click=${() => this.dispatchEvent(new CustomEvent("history-range", { detail: range }))}
        >
          ${formatDuration(this.units, range * 3600)}
        </button>`,
    );
  }

  readonly #faster = (): void => {
    const i = SPEEDS.findIndex((speed) => speed === this.playback.speed);
    this.playback.setSpeed(SPEEDS[(i + 1) % SPEEDS.length] ?? SPEEDS[0]);
  };
}

define("indoor-positioning-history-bar", HistoryBar);
