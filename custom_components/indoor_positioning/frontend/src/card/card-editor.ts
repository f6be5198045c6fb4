import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Hass } from "../api/hass";
import { languageOf, Session } from "../model/session";
import { Watching } from "../model/store";
import { loadTexts, text, type TextKey } from "../texts/texts";
import { define } from "../ui/define";
import { shared } from "../ui/styles";
import type { CardConfig } from "./config";

type Switch = "trails" | "names" | "anchors";

/** What the dashboard's editor shows of the card's settings. */
export class CardEditorElement extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      fieldset {
        display: grid;
        gap: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 4px;
        color: var(--ip-muted);
        font-size: 12px;
      }
      label.check {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 44px;
        cursor: pointer;
      }
      input[type="checkbox"] {
        flex: none;
        width: 20px;
        height: 20px;
        margin: 0;
        accent-color: var(--ip-accent);
      }
      p {
        margin: 0;
        color: var(--ip-muted);
      }
    `,
  ];

  @property({ attribute: false }) hass?: Hass;
  @state() private config: CardConfig = { type: "custom:indoor-positioning-card" };
  @state() private session?: Session;
  @state() private ready = false;

  constructor() {
    super();
    new Watching(this, () => [this.session?.live, this.session?.plan]);
  }

  setConfig(config: CardConfig): void {
    this.config = config;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session?.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session?.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("hass") || !this.hass || this.session) return;
    this.session = new Session(this.hass);
    if (this.isConnected) this.session.start();
    void loadTexts(this.hass.connection, languageOf(this.hass)).then(() => {
      this.ready = true;
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.session || !this.ready) return nothing;
    return html`<label class="field"
        ><span>${text("card.title")}</span><input .value=${this.config.title ?? ""} @change=${this.#titled}
      /></label>
      <label class="field"
        ><span>${text("card.floor")}</span>
        <select @change=${this.#floorChosen}>
          <option value="" ?selected=${!this.config.floor}>${text("card.first_floor")}</option>
          ${this.session.plan.plan?.floors.map(
            ({ id, name }) => html`<option value=${id} ?selected=${id === this.config.floor}>${name}</option>`,
          )}
        </select>
      </label>
      ${this.#beacons(this.session)}
      <fieldset>
        <legend>${text("card.show")}</legend>
        ${this.#switch("trails", "card.trails", true)} ${this.#switch("names", "card.names", true)}
        ${this.#switch("anchors", "card.anchors", false)}
      </fieldset>`;
  }

  #beacons({ live }: Session): TemplateResult {
    const shown = this.config.beacons;
    return html`<fieldset>
      <legend>${text("card.beacons")}</legend>
      ${live.beacons.size === 0 ? html`<p>${text("live.none_title")}</p>` : nothing}
      ${[...live.beacons].map(([id, { name }]) =>
        check(name, shown?.includes(id) ?? true, (on) => {
          this.#beaconChosen(id, on);
        }),
      )}
    </fieldset>`;
  }

  #switch(key: Switch, label: TextKey, otherwise: boolean): TemplateResult {
    return check(text(label), this.config[key] ?? otherwise, (on) => {
      this.#set(key, on === otherwise ? undefined : on);
    });
  }

  readonly #titled = (event: Event): void => {
    this.#set("title", (event.target as HTMLInputElement).value.trim() || undefined);
  };

  readonly #floorChosen = (event: Event): void => {
    this.#set("floor", (event.target as HTMLSelectElement).value || undefined);
  };

  #beaconChosen(id: string, on: boolean): void {
    const all = [...(this.session?.live.beacons.keys() ?? [])];
    const shown = new Set(this.config.beacons ?? all);
    if (on) shown.add(id);
    else shown.delete(id);
    // With all of them chosen, those that are still to come are shown too.
    this.#set("beacons", all.every((one) => shown.has(one)) ? undefined : [...shown]);
  }

  #set<Key extends keyof CardConfig>(key: Key, value: CardConfig[Key]): void {
    const { [key]: _before, ...others } = this.config;
    this.config = (value === undefined ? others : { ...others, [key]: value }) as CardConfig;
    this.dispatchEvent(
      new CustomEvent("config-changed", { detail: { config: this.config }, bubbles: true, composed: true }),
    );
  }
}

function check(label: string, on: boolean, set: (on: boolean) => void): TemplateResult {
  return html`<label class="check"
    ><input
      type="checkbox"
      .checked=${on}
      @change=${(event: Event) => {
        set((event.target as HTMLInputElement).checked);
      }}
    />${label}</label
  >`;
}

define("indoor-positioning-card-editor", CardEditorElement);
