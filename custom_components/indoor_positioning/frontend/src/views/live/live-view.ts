import { mdiFloorPlan, mdiLanDisconnect, mdiTagOutline } from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Plan } from "../../api/plan";
import { BeaconPainter, type Link } from "../../map/beacon-painter";
import type { MapPoint } from "../../map/gestures";
import "../../map/map";
import type { MapElement } from "../../map/map";
import { pictureLayer } from "../../map/picture-layer";
import type { Looks } from "../../map/scene";
import { coloursOf } from "../../model/colours";
import { firstFloor, isDrawn } from "../../model/floors";
import { roomLights } from "../../model/room-lights";
import type { Session } from "../../model/session";
import { Watching } from "../../model/store";
import { text } from "../../texts/texts";
import { define } from "../../ui/define";
import { floorChips } from "../../ui/floor-chips";
import { banner, emptyState } from "../../ui/notice";
import type { RenderView } from "../view";
import { beaconList } from "./beacon-list";
import { liveStyles } from "./live-styles";

/** Where everything is now: the map, and beside it the same as a list. */
export class LiveView extends LitElement {
  static override styles = liveStyles;

  @property({ attribute: false }) session!: Session;
  @property({ type: Boolean, reflect: true }) narrow = false;

  @state() private floor = "";
  @state() private chosen: string | null = null;
  @state() private links: ReadonlyMap<string, number> = new Map();
  #endLinks: (() => void) | undefined;

  readonly #painter = new BeaconPainter(() => ({
    floor: this.floor,
    beacons: this.session.live.beacons,
    colours: this.#colours,
    chosen: this.chosen,
    links: this.#linksToAnchors(),
    names: true,
    trail: (beacon) => this.session.live.trails.of(beacon),
  }));
  #colours = new Map<string, string>();

  constructor() {
    super();
    new Watching(this, () => [this.session.live, this.session.plan, this.session.pictures]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endLinks?.();
    this.#endLinks = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#followLinks();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { live, plan } = this.session;
    this.#colours = coloursOf(live.beacons.keys());
    if (this.chosen !== null && !live.beacons.has(this.chosen)) this.chosen = null;
    if (plan.plan) this.floor = firstFloor(plan.plan, this.floor)?.id ?? "";
    if ((changed as Map<PropertyKey, unknown>).has("chosen")) this.#followLinks();
  }

  protected override updated(): void {
    this.renderRoot.querySelector<MapElement>("indoor-positioning-map")?.repaint();
  }

  protected override render(): TemplateResult {
    const { live, plan, units } = this.session;
    return html`${this.#trouble()}
      <div class="layout">
        <section class="map">${plan.plan ? this.#map(plan.plan) : nothing}</section>
        <section class="side" aria-label=${text("live.beacons")}>
          ${
            live.beacons.size > 0
              ? beaconList(plan.plan, live.beacons, this.#colours, units, this.chosen, this.#choose)
              : live.state.kind === "live"
                ? emptyState(mdiTagOutline, text("live.none_title"), text("live.none_detail"))
                : nothing
          }
        </section>
      </div>`;
  }

  #map(plan: Plan): TemplateResult {
    if (!plan.floors.some((floor) => isDrawn(plan, floor.id))) {
      return emptyState(mdiFloorPlan, text("live.undrawn_title"), text("live.undrawn_detail"));
    }
    const { pictures } = this.session;
    const looks: Looks = {
      highlights: roomLights(this.session.live.beacons, this.#colours, this.chosen),
      health: this.session.live.anchors,
      heard: this.links,
    };
    return html`<indoor-positioning-map
        .plan=${plan}
        .floor=${this.floor}
        .looks=${looks}
        .ground=${pictureLayer(pictures.of(this.floor), pictures.addressOf(this.floor))}
        .painter=${this.#painter}
        .label=${text("live.map_label")}
        @map-tap=${this.#tapped}
      ></indoor-positioning-map>
      ${floorChips(plan.floors, this.floor, (floor) => {
        this.floor = floor;
      })}`;
  }

  #trouble(): TemplateResult | typeof nothing {
    const { state } = this.session.live;
    const problem = this.session.plan.problem;
    if (state.kind === "refused") return banner(mdiLanDisconnect, state.message, "bad");
    if (state.kind === "disconnected" || state.kind === "not_loaded") {
      return banner(mdiLanDisconnect, text(`live.${state.kind}`), "bad");
    }
    return problem === null ? nothing : banner(mdiLanDisconnect, problem, "bad");
  }

  readonly #choose = (beacon: string): void => {
    this.chosen = this.chosen === beacon ? null : beacon;
    const floor = this.chosen === null ? null : this.session.live.beacons.get(beacon)?.floor;
    if (floor) this.floor = floor;
  };

  readonly #tapped = (event: CustomEvent<MapPoint>): void => {
    this.chosen = this.#painter.beaconAt(event.detail.screen);
  };

  #followLinks(): void {
    this.#endLinks?.();
    this.#endLinks = undefined;
    this.links = new Map();
    if (this.chosen === null || !this.isConnected) return;
    this.#endLinks = this.session.api.links(this.chosen, {
      event: ({ links }) => {
        this.links = new Map(Object.entries(links));
      },
    });
  }

  #linksToAnchors(): Link[] {
    const anchors = this.session.plan.plan?.anchors ?? [];
    return anchors.flatMap((anchor) => {
      const rssi = this.links.get(anchor.source);
      return rssi === undefined ? [] : [{ anchor, rssi }];
    });
  }
}

define("indoor-positioning-live-view", LiveView);

export const renderView: RenderView = ({ session, narrow }) =>
  html`<indoor-positioning-live-view .session=${session} ?narrow=${narrow}></indoor-positioning-live-view>`;
