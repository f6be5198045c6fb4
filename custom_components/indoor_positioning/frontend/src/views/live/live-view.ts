import { mdiFloorPlan, mdiHistory, mdiLanDisconnect, mdiTagOutline } from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { BeaconRow } from "../../api/live";
import type { Plan } from "../../api/plan";
import { BeaconPainter, type Link } from "../../map/beacon-painter";
import type { MapPoint } from "../../map/gestures";
import { heatLayer } from "../../map/heat-layer";
import "../../map/map";
import type { MapElement } from "../../map/map";
import { pictureLayer } from "../../map/picture-layer";
import type { Looks } from "../../map/scene";
import { coloursOf } from "../../model/colours";
import { busiestFloor, crowdsOf, firstFloor, isDrawn } from "../../model/floors";
import { History } from "../../model/history";
import { DWELL_RAMP } from "../../model/raster";
import { roomLights } from "../../model/room-lights";
import type { Session } from "../../model/session";
import { Watching } from "../../model/store";
import type { TrailPoint } from "../../model/trails";
import { text } from "../../texts/texts";
import { define } from "../../ui/define";
import { floorChips } from "../../ui/floor-chips";
import { icon } from "../../ui/icon";
import { banner, emptyState } from "../../ui/notice";
import type { RenderView } from "../view";
import { anchorSummary } from "./anchor-summary";
import { beaconDetail } from "./beacon-detail";
import { beaconList } from "./beacon-list";
import "./history-bar";
import { liveStyles } from "./live-styles";

/** What the row of floors above the map takes of it. */
const CHIPS_PX = 52;

/** Where everything is now: the map, and beside it the same as a list. */
export class LiveView extends LitElement {
  static override styles = liveStyles;

  @property({ attribute: false }) session!: Session;
  @property({ type: Boolean, reflect: true }) narrow = false;

  @state() private floor = "";
  @state() private chosen: string | null = null;
  @state() private links: ReadonlyMap<string, number> = new Map();
  #endLinks: (() => void) | undefined;
  #history: History | undefined;
  #crowds: ReadonlyMap<string, number> = new Map();
  #rows: ReadonlyMap<string, BeaconRow> = new Map();

  readonly #painter = new BeaconPainter(() => ({
    floor: this.floor,
    beacons: this.#rows,
    colours: this.#colours,
    chosen: this.chosen,
    links: this.#linksToAnchors(),
    names: true,
    trail: (beacon) => this.#trail(beacon),
  }));
  #colours = new Map<string, string>();

  constructor() {
    super();
    new Watching(this, () => {
      const { live, plan, pictures } = this.session;
      return [live, plan, pictures, this.#history, this.#history?.playback ?? undefined];
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endLinks?.();
    this.#endLinks = undefined;
    this.#history?.close();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#followLinks();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { live, plan } = this.session;
    this.#history ??= new History(this.session.api);
    const { playback } = this.#history;
    this.#rows = playback ? playback.rows(live.beacons) : live.beacons;
    this.#colours = coloursOf(live.beacons.keys());
    if (this.chosen !== null && !live.beacons.has(this.chosen)) this.chosen = null;
    this.#crowds = crowdsOf(this.#rows.values());
    if (plan.plan) this.floor = firstFloor(plan.plan, this.floor || busiestFloor(this.#crowds))?.id ?? "";
    if ((changed as Map<PropertyKey, unknown>).has("chosen")) this.#followLinks();
    if (playback) this.#history.follow(this.chosen === null ? playback.beacons : [this.chosen], this.floor);
  }

  protected override updated(): void {
    this.renderRoot.querySelector<MapElement>("indoor-positioning-map")?.repaint();
  }

  protected override render(): TemplateResult {
    const { live, plan, units } = this.session;
    return html`${this.#trouble()}
      <div class="layout">
        <section class="map">${plan.plan ? this.#map(plan.plan) : nothing}</section>
        ${this.#historyBar()}
        <section class="side" aria-label=${text("live.beacons")}>
          ${
            live.beacons.size > 0
              ? beaconList(plan.plan, this.#rows, this.#colours, units, this.chosen, this.#choose, this.#detail)
              : live.state.kind === "live"
                ? emptyState(mdiTagOutline, text("live.none_title"), text("live.none_detail"))
                : nothing
          }
          ${anchorSummary(plan.plan, live.anchors)}
        </section>
      </div>`;
  }

  readonly #detail = (row: BeaconRow): TemplateResult | typeof nothing => {
    const { plan, units } = this.session;
    // Only of the present all of that is known.
    return this.#history?.playback ? nothing : beaconDetail(plan.plan, row, this.links, units, Date.now() / 1000);
  };

  #map(plan: Plan): TemplateResult {
    if (!plan.floors.some((floor) => isDrawn(plan, floor.id))) {
      return emptyState(mdiFloorPlan, text("live.undrawn_title"), text("live.undrawn_detail"));
    }
    const { pictures } = this.session;
    const looks: Looks = {
      highlights: roomLights(this.#rows, this.#colours, this.chosen),
      health: this.session.live.anchors,
      heard: this.#history?.playback ? new Map() : this.links,
    };
    return html`<indoor-positioning-map
        .plan=${plan}
        .floor=${this.floor}
        .looks=${looks}
        .ground=${pictureLayer(pictures.of(this.floor), pictures.addressOf(this.floor))}
        .heat=${heatLayer(this.#history?.dwell?.cells ?? null, DWELL_RAMP)}
        .painter=${this.#painter}
        .inset=${plan.floors.length > 1 ? CHIPS_PX : 0}
        .label=${text("live.map_label")}
        @map-tap=${this.#tapped}
      ></indoor-positioning-map>
      ${floorChips(
        plan.floors,
        this.floor,
        (floor) => {
          this.floor = floor;
        },
        this.#crowds,
      )}
      ${this.session.admin ? this.#historyButton() : nothing}`;
  }

  #historyButton(): TemplateResult {
    const open = Boolean(this.#history?.playback);
    return html`<button
      class="icon-button corner"
      aria-pressed=${open}
      aria-label=${text("history.title")}
      title=${text("history.title")}
      @click=${() => {
        if (open) this.#history?.close();
        else this.#history?.open();
      }}
    >
      ${icon(mdiHistory)}
    </button>`;
  }

  #historyBar(): TemplateResult | typeof nothing {
    const history = this.#history;
    if (!history?.playback) return nothing;
    return html`<indoor-positioning-history-bar
      .playback=${history.playback}
      .units=${this.session.units}
      .range=${history.range}
      .heat=${history.heat}
      .dwell=${history.dwell}
      @history-range=${(event: CustomEvent<number>) => {
        history.setRange(event.detail);
      }}
      @history-heat=${(event: CustomEvent<boolean>) => {
        history.setHeat(event.detail);
      }}
      @history-close=${() => {
        history.close();
      }}
    ></indoor-positioning-history-bar>`;
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

  #trail(beacon: string): readonly TrailPoint[] {
    const playback = this.#history?.playback;
    return playback ? playback.trail(beacon, performance.now()) : this.session.live.trails.of(beacon);
  }

  #linksToAnchors(): Link[] {
    // Who hears it now tells nothing of then.
    if (this.#history?.playback) return [];
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
