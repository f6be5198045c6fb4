/**
 * What every page of Home Assistant loads: a few lines that make the card known, and bring the rest when one is shown.
 */
import type { Hass } from "./api/hass";
import type { CardConfig } from "./card/config";
import type { MapCardElement } from "./card/map-card";

const TAG = "indoor-positioning-card";

interface CustomCard {
  readonly type: string;
  readonly name: string;
  readonly preview: boolean;
}

declare global {
  interface Window {
    customCards?: CustomCard[];
  }
}

/** Defined late, see below: this class must extend the HTMLElement of that time. */
function cardClass(): CustomElementConstructor {
  return class extends HTMLElement {
    #config: CardConfig | undefined;
    #hass: Hass | undefined;
    #body: MapCardElement | undefined;

    static async getConfigElement(): Promise<HTMLElement> {
      await import("./card/card-editor");
      return document.createElement("indoor-positioning-card-editor");
    }

    static getStubConfig(): Partial<CardConfig> {
      return {};
    }

    setConfig(config: CardConfig): void {
      checkConfig(config);
      this.#config = config;
      this.#pass();
    }

    set hass(hass: Hass) {
      this.#hass = hass;
      this.#pass();
    }

    connectedCallback(): void {
      this.style.display = "block";
      this.style.height = "100%";
      void this.#load();
    }

    getCardSize(): number {
      return 6;
    }

    getGridOptions(): Record<string, number> {
      return { columns: 12, rows: 6, min_columns: 6, min_rows: 3 };
    }

    async #load(): Promise<void> {
      if (this.#body) return;
      await import("./card/map-card");
      this.#body ??= document.createElement("indoor-positioning-map-card");
      this.#pass();
      this.append(this.#body);
    }

    #pass(): void {
      if (!this.#body) return;
      if (this.#config) this.#body.config = this.#config;
      if (this.#hass) this.#body.hass = this.#hass;
    }
  };
}

/** Home Assistant shows what this throws instead of the card. */
function checkConfig(config: CardConfig): void {
  const { floor, beacons } = config as unknown as Record<string, unknown>;
  if (floor !== undefined && typeof floor !== "string") throw new Error("floor: the id of a floor is needed");
  if (beacons !== undefined && !(Array.isArray(beacons) && beacons.every((one) => typeof one === "string"))) {
    throw new Error("beacons: a list of the ids of beacons is needed");
  }
}

window.customCards ??= [];
// No text here that would have to be translated: that would cost every page a question to the server.
window.customCards.push({ type: TAG, name: "Indoor Positioning", preview: true });

// Up to 2026.10, Home Assistant replaces the registry of elements while it starts, and what was defined before is lost
// to it. Once its own root element is there, so is the registry that stays.
void customElements.whenDefined("home-assistant").then(() => {
  if (!window.customElements.get(TAG)) window.customElements.define(TAG, cardClass());
});
