import { mdiAlertOutline, mdiLanDisconnect, mdiTagOutline } from "@mdi/js";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Plan, Point } from "../../api/plan";
import type { MapPoint } from "../../map/gestures";
import "../../map/map";
import { pictureLayer } from "../../map/picture-layer";
import { firstFloor, isDrawn } from "../../model/floors";
import { contains } from "../../model/geometry";
import type { Session } from "../../model/session";
import { Watching } from "../../model/store";
import { SurveyStore } from "../../model/survey-store";
import { text } from "../../texts/texts";
import { define } from "../../ui/define";
import { floorChips } from "../../ui/floor-chips";
import { banner, emptyState } from "../../ui/notice";
import type { RenderView } from "../view";
import { calibrateStyles } from "./calibrate-styles";
import { choosingSheet, collectingSheet, type Mode, type SheetActs, type SheetState } from "./sheet";
import { surveyLayer, type Spot } from "./survey-layer";
import { surveyList, type SurveyActs } from "./survey-list";

/** The beacon that was used last on this device, which is most likely the one that its owner carries. */
const LAST_BEACON = "indoor-positioning-calibrates-with";

/** Calibrates by walking: tap where you stand, hold still until the ring is full, go on to the next spot. */
export class CalibrateView extends LitElement {
  static override styles = calibrateStyles;

  @property({ attribute: false }) session!: Session;
  @property({ type: Boolean, reflect: true }) narrow = false;

  @state() private floor = "";
  @state() private beacon: string | null = localStorage.getItem(LAST_BEACON);
  @state() private mode: Mode = "stand";
  @state() private spot: Spot | null = null;
  @state() private busy = false;

  #survey: SurveyStore | undefined;

  constructor() {
    super();
    new Watching(this, () => [this.session.live, this.session.plan, this.session.pictures, this.#survey]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#survey ??= new SurveyStore(this.session.api);
    this.#survey.start();
    void this.session.pictures.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#survey?.stop();
  }

  protected override willUpdate(): void {
    const { live, plan } = this.session;
    if (this.beacon === null || !live.beacons.has(this.beacon)) this.beacon = [...live.beacons.keys()][0] ?? null;
    if (plan.plan) this.floor = firstFloor(plan.plan, this.#survey?.stand?.floor_id ?? this.floor)?.id ?? "";
  }

  protected override render(): TemplateResult {
    const { live, plan } = this.session;
    const survey = this.#survey;
    if (!plan.plan || !survey) return plan.problem === null ? html`` : banner(mdiAlertOutline, plan.problem, "bad");
    if (live.beacons.size === 0) {
      return live.state.kind === "live"
        ? emptyState(mdiTagOutline, text("live.none_title"), text("live.none_detail"))
        : html``;
    }
    const drawn = isDrawn(plan.plan, this.floor);
    return html`${this.#trouble(survey)}
      <div class="layout">
        <section class="map">
          ${drawn ? this.#map(plan.plan, survey) : html`<p class="hint">${text("calibrate.undrawn")}</p>`}
        </section>
        <section class="side" aria-label=${text("panel.calibrate")}>${this.#side(plan.plan, survey)}</section>
      </div>`;
  }

  #map(plan: Plan, survey: SurveyStore): TemplateResult {
    const { pictures } = this.session;
    const spot = survey.collecting ? this.#placeOf(survey) : this.spot;
    return html`<indoor-positioning-map
        .plan=${plan}
        .floor=${this.floor}
        .looks=${{ hideZones: true }}
        .ground=${pictureLayer(pictures.of(this.floor), pictures.addressOf(this.floor))}
        .overlay=${surveyLayer(survey.survey, survey.stand, spot)}
        .label=${text("calibrate.map_label")}
        @map-tap=${this.#tapped}
      ></indoor-positioning-map>
      ${
        survey.collecting
          ? nothing
          : floorChips(plan.floors, this.floor, (floor) => {
              this.floor = floor;
              this.spot = null;
            })
      }`;
  }

  #side(plan: Plan, survey: SurveyStore): TemplateResult {
    const { live, units } = this.session;
    const state: SheetState = {
      plan,
      floor: this.floor,
      beacons: live.beacons,
      beacon: this.beacon,
      mode: this.mode,
      spot: this.spot,
      language: units.language,
      busy: this.busy,
    };
    const { stand } = survey;
    if (stand && survey.collecting) return collectingSheet(stand, state, this.#acts);
    return html`${choosingSheet(state, stand, this.#acts)}
    ${survey.survey ? surveyList(survey.survey, survey.report, plan, live.beacons, units, this.#surveyActs) : nothing}`;
  }

  #trouble(survey: SurveyStore): TemplateResult | typeof nothing {
    if (survey.problem !== null) return banner(mdiAlertOutline, survey.problem, "bad");
    const { kind } = survey.link;
    // What is being collected goes on meanwhile, and is found again.
    if (kind === "disconnected") return banner(mdiLanDisconnect, text("calibrate.disconnected"), "bad");
    return kind === "not_loaded" ? banner(mdiLanDisconnect, text("live.not_loaded"), "bad") : nothing;
  }

  /** Where the stand is that is being collected, also one that was begun elsewhere. */
  #placeOf({ stand }: SurveyStore): Spot | null {
    if (!stand?.area_id) return null;
    return { area: stand.area_id, at: stand.x === null || stand.y === null ? null : [stand.x, stand.y] };
  }

  readonly #tapped = ({ detail }: CustomEvent<MapPoint>): void => {
    const at: Point = [Math.round(detail.plan[0] * 100) / 100, Math.round(detail.plan[1] * 100) / 100];
    if (this.#survey?.walking) {
      void this.#survey.attempt(() => this.session.api.calibration.corner(at));
      return;
    }
    if (this.#survey?.collecting) return;
    const room = this.session.plan.plan?.rooms.find(
      ({ floor_id, outline }) => floor_id === this.floor && outline && contains(outline, at),
    );
    this.spot = room ? { area: room.area_id, at } : null;
  };

  async #begin(): Promise<void> {
    const { beacon, spot, mode } = this;
    const { calibration } = this.session.api;
    if (beacon === null || !spot) return;
    const { area, at } = spot;
    if (mode === "line") {
      if (at) await calibration.startLine(beacon, this.floor, at);
    } else if (mode === "reference") {
      if (at) await calibration.reference(beacon, { area_id: area, x: at[0], y: at[1], height: null });
      await this.#survey?.load();
    } else await calibration.start(beacon, area, at ? { x: at[0], y: at[1] } : undefined);
    this.spot = null;
  }

  readonly #acts: SheetActs = {
    beacon: (id) => {
      this.beacon = id;
      localStorage.setItem(LAST_BEACON, id);
    },
    mode: (mode) => {
      this.mode = mode;
    },
    room: (area) => {
      this.spot = area === "" ? null : { area, at: null };
      const room = this.session.plan.plan?.rooms.find((one) => one.area_id === area);
      if (room) this.floor = room.floor_id;
    },
    start: () => {
      this.busy = true;
      void this.#survey
        ?.attempt(() => this.#begin())
        .finally(() => {
          this.busy = false;
        });
    },
    finish: () => {
      void this.#survey?.attempt(() => this.session.api.calibration.finish());
    },
    cancel: () => {
      void this.#survey?.attempt(() => this.session.api.calibration.cancel());
    },
    undo: () => {
      void this.#survey?.undo();
    },
  };

  readonly #surveyActs: SurveyActs = {
    delete: (samples) => {
      void this.#survey?.delete(samples);
    },
    judge: () => {
      void this.#survey?.judge();
    },
    release: (beacon) => {
      void this.#survey
        ?.attempt(() => this.session.api.calibration.reference(beacon, null))
        .then(() => this.#survey?.load());
    },
  };
}

define("indoor-positioning-calibrate-view", CalibrateView);

export const renderView: RenderView = ({ session, narrow }) =>
  html`<indoor-positioning-calibrate-view .session=${session} ?narrow=${narrow}></indoor-positioning-calibrate-view>`;
