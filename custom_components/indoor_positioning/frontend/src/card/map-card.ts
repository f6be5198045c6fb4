import { mdiFloorPlan, mdiLanDisconnect } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Hass } from "../api/hass";
import type { BeaconRow } from "../api/live";
import type { Plan } from "../api/plan";
import { BeaconPainter } from "../map/beacon-painter";
import "../map/map";
import type { MapElement } from "../map/map";
import { pictureLayer } from "../map/picture-layer";
import { coloursOf } from "../model/colours";
import { firstFloor, isDrawn } from "../model/floors";
import type { PictureStore } from "../model/picture-store";
import { roomLights } from "../model/room-lights";
import { languageOf, Session } from "../model/session";
import { Watching } from "../model/store";
import { loadTexts, text } from "../texts/texts";
import { define } from "../ui/define";
import { banner, emptyState, noticeStyles } from "../ui/notice";
import { tokens } from "../ui/styles";
import type { CardConfig } from "./config";

/** The inside of the card: one floor, live. */
export class MapCardElement extends LitElement {
  static override styles = [
    tokens,
    noticeStyles,
    css`
      :host {
        display: block;
        height: 100%;
      }
      ha-card {
        position: relative;
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 220px;
        overflow: hidden;
      }
      h2 {
        margin: 0;
        padding: 12px 16px 0;
        font-size: var(--ha-card-header-font-size, 24px);
        font-weight: 400;
        line-height: 36px;
      }
      .map {
        position: relative;
        flex: 1;
        min-height: 0;
      }
      indoor-positioning-map {
        position: absolute;
        inset: 0;
      }
    `,
  ];

  @property({ attribute: false }) config: CardConfig = { type: "" };
  @property({ attribute: false }) hass?: Hass;

  @state() private session?: Session;
  @state() private ready = false;
  #language = "";
  #floor = "";
  #beacons: ReadonlyMap<string, BeaconRow> = new Map();
  #colours = new Map<string, string>();

  readonly #painter = new BeaconPainter(() => ({
    floor: this.#floor,
    beacons: this.#beacons,
    colours: this.#colours,
    chosen: null,
    links: [],
    names: this.config.names !== false,
    trail: (beacon) => (this.config.trails === false ? [] : (this.session?.live.trails.of(beacon) ?? [])),
  }));

  constructor() {
    super();
    new Watching(this, () => [this.session?.live, this.session?.plan, this.session?.pictures]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session?.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session?.stop();
  }

  /** Home Assistant hands over a new object with every change of any state; little of that concerns the card. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (changed.has("hass")) this.#meet();
    return changed.size > 1 || !changed.has("hass");
  }

  protected override willUpdate(): void {
    if (!this.session) return;
    const { live, plan } = this.session;
    const wanted = this.config.beacons;
    this.#beacons = wanted ? new Map([...live.beacons].filter(([id]) => wanted.includes(id))) : live.beacons;
    // As in the panel: a beacon has one colour wherever it is shown.
    this.#colours = coloursOf(live.beacons.keys());
    this.#floor = plan.plan ? (firstFloor(plan.plan, this.config.floor)?.id ?? "") : "";
  }

  protected override updated(): void {
    this.renderRoot.querySelector<MapElement>("indoor-positioning-map")?.repaint();
  }

  protected override render(): TemplateResult {
    const { title } = this.config;
    return html`<ha-card>
      ${title ? html`<h2>${title}</h2>` : nothing}
      ${this.session && this.ready ? this.#content(this.session) : html`<div class="map"></div>`}
    </ha-card>`;
  }

  #content({ live, plan, pictures }: Session): TemplateResult {
    const { state } = live;
    const problem = state.kind === "refused" ? state.message : plan.problem;
    const waiting = state.kind === "disconnected" || state.kind === "not_loaded" ? text(`live.${state.kind}`) : problem;
    return html`${waiting === null ? nothing : banner(mdiLanDisconnect, waiting, "bad")}
      <div class="map">${plan.plan ? this.#map(plan.plan, pictures) : nothing}</div>`;
  }

  #map(plan: Plan, pictures: PictureStore): TemplateResult {
    if (!isDrawn(plan, this.#floor)) {
      return emptyState(mdiFloorPlan, text("live.undrawn_title"), text("card.undrawn_detail"));
    }
    return html`<indoor-positioning-map
      embedded
      .plan=${plan}
      .floor=${this.#floor}
      .looks=${{
        highlights: roomLights(this.#beacons, this.#colours, null),
        health: this.session?.live.anchors,
        hideAnchors: this.config.anchors !== true,
      }}
      .ground=${pictureLayer(pictures.of(this.#floor), pictures.addressOf(this.#floor))}
      .painter=${this.#painter}
      .controls=${false}
      .label=${text("live.map_label")}
    ></indoor-positioning-map>`;
  }

  #meet(): void {
    const hass = this.hass;
    if (!hass) return;
    if (this.session?.api.connection !== hass.connection) {
      this.session?.stop();
      this.session = new Session(hass);
      if (this.isConnected) this.session.start();
    }
    if (languageOf(hass) !== this.#language) {
      this.#language = languageOf(hass);
      void loadTexts(hass.connection, this.#language).then(() => {
        this.ready = true;
        this.requestUpdate();
      });
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "indoor-positioning-map-card": MapCardElement;
  }
}

define("indoor-positioning-map-card", MapCardElement);
