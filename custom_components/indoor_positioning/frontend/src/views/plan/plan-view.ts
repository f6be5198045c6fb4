import { mdiAlertOutline, mdiFloorPlan } from "@mdi/js";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { isRefusal } from "../../api/hass";
import type { Plan } from "../../api/plan";
import type { MapPoint } from "../../map/gestures";
import "../../map/map";
import type { MapElement } from "../../map/map";
import { pictureLayer } from "../../map/picture-layer";
import type { Scene } from "../../map/scene";
import { toPlan } from "../../model/camera";
import { PlanEditor } from "../../model/editor/plan-editor";
import { firstFloor } from "../../model/floors";
import type { Session } from "../../model/session";
import { Watching } from "../../model/store";
import { lengthUnit, toMetres, type Units } from "../../model/units";
import { text } from "../../texts/texts";
import { define } from "../../ui/define";
import { floorChips } from "../../ui/floor-chips";
import { banner, emptyState } from "../../ui/notice";
import type { RenderView } from "../view";
import { checksCard } from "./check-card";
import { Checks } from "./checks";
import { meant, type Desk } from "./desk";
import { Drawing } from "./drawing";
import { floorCard } from "./floor-card";
import { hintBar } from "./hint-bar";
import { DRAGGED_ANCHOR, planLists } from "./lists";
import { freeAreas, namingCard } from "./naming";
import { lengthCard, pictureCard } from "./picture-card";
import { PictureWork } from "./picture-work";
import { planStyles } from "./plan-styles";
import { selectionCard } from "./selection-card";
import { toolbar } from "./toolbar";
import { SelectTool } from "./tools/select-tool";
import { sketchOf } from "./tools/sketch";

/** What works on a plan, once there is one. */
interface Work {
  readonly editor: PlanEditor;
  readonly drawing: Drawing;
  readonly checks: Checks;
  readonly pictures: PictureWork;
}

/** Draws the home: rooms, doors, anchors, zones, on a picture if there is one. */
export class PlanView extends LitElement implements Desk {
  static override styles = planStyles;

  @property({ attribute: false }) session!: Session;
  @property({ type: Boolean, reflect: true }) narrow = false;

  @state() floor = "";
  @state() private problem: string | null = null;
  @state() private notice: string | null = null;
  @state() private saving = false;
  @query("indoor-positioning-map") private readonly map!: MapElement | null;

  #work: Work | undefined;

  constructor() {
    super();
    new Watching(this, () => {
      const { editor, drawing, checks, pictures } = this.#work ?? {};
      return [this.session.plan, this.session.pictures, editor, drawing, checks, pictures];
    });
  }

  get editor(): PlanEditor {
    if (!this.#work) throw new Error("nothing is edited before the plan is there");
    return this.#work.editor;
  }

  get units(): Units {
    return this.session.units;
  }

  get scale(): number {
    return this.map?.camera?.scale ?? 1;
  }

  redraw(): void {
    // The sketch is a layer of the map, which does not know that it has changed.
    this.requestUpdate();
    this.map?.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.session.pictures.load();
    window.addEventListener("beforeunload", this.#warn);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#work?.checks.stop();
    window.removeEventListener("beforeunload", this.#warn);
  }

  protected override willUpdate(): void {
    const plan = this.session.plan.plan;
    if (plan) this.#takeUp(plan);
    if (this.#work) this.floor = firstFloor(this.editor.plan, this.floor)?.id ?? "";
  }

  protected override updated(): void {
    this.map?.requestUpdate();
  }

  protected override render(): TemplateResult {
    const work = this.#work;
    if (!work) {
      const { problem } = this.session.plan;
      return problem === null ? html`` : banner(mdiAlertOutline, problem, "bad");
    }
    return html`${this.problem === null ? nothing : banner(mdiAlertOutline, this.problem, "bad")}
      ${this.notice === null ? nothing : banner(mdiAlertOutline, this.notice)}
      <div class="layout" @keydown=${{ handleEvent: this.#key, capture: true }}>
        ${this.#toolbar(work)} ${this.#map(work)}
        <section class="side" aria-label=${text("plan.side")}>
          ${work.editor.dirty ? this.#saveBar() : nothing}
          <div class="inner">${this.#side(work)}</div>
        </section>
      </div>`;
  }

  #toolbar({ editor, drawing }: Work): TemplateResult {
    const state = {
      tool: drawing.name,
      canUndo: editor.canUndo,
      canRedo: editor.canRedo,
      manyFloors: editor.plan.floors.length > 1,
    };
    return toolbar(state, drawing.choose.bind(drawing), editor.undo.bind(editor), editor.redo.bind(editor));
  }

  #map({ editor, drawing, checks }: Work): TemplateResult {
    const { tool } = drawing;
    const { pictures } = this.session;
    const wanted = editor.plan.rooms.find((room) => room.area_id === drawing.wanted)?.name;
    // On a phone the hint would hide what it is about.
    const resting =
      tool instanceof SelectTool && (editor.selection !== null || this.narrow || drawing.unnamed !== null);
    return html`<section class="map" @dragover=${this.#dragged} @drop=${this.#dropped}>
      <indoor-positioning-map
        .plan=${editor.plan}
        .floor=${this.floor}
        .tool=${tool}
        .ground=${pictureLayer(pictures.of(this.floor), pictures.addressOf(this.floor))}
        .heat=${checks.accuracyShown ? checks.heat : undefined}
        .overlay=${drawing.unnamed ? this.#unnamedSketch : tool.sketch}
        .label=${text("plan.map_label")}
        @map-tap=${this.#tapped}
      ></indoor-positioning-map>
      ${floorChips(editor.plan.floors, this.floor, this.#chooseFloor)}
      ${
        resting
          ? nothing
          : hintBar(tool, drawing.name, wanted, { placeRectangle: this.#placeRectangle, stop: this.#stop })
      }
    </section>`;
  }

  #side({ editor, drawing, checks, pictures }: Work): TemplateResult {
    const { plan } = editor;
    const { unnamed } = drawing;
    const others = plan.floors.filter(({ id }) => id !== this.floor);
    const areas = freeAreas(plan, drawing.areas, this.floor);
    const empty = !unnamed && !plan.rooms.some((room) => room.outline);
    return html`${unnamed ? namingCard(unnamed, areas, others, drawing.call.bind(drawing), this.#stop) : nothing}
    ${pictures.marked ? lengthCard(lengthUnit(this.units), this.#scalePicture, this.#stop) : nothing}
    ${selectionCard(this)}
    ${empty ? emptyState(mdiFloorPlan, text("plan.empty_title"), text("plan.empty_detail")) : nothing}
    ${planLists(
      plan,
      this.floor,
      editor.selection,
      drawing.select.bind(drawing),
      drawing.drawArea.bind(drawing),
      drawing.placeAnchor.bind(drawing),
    )}
    ${checksCard(plan, this.floor, checks, this.units)} ${floorCard(this)}
    ${pictureCard(this.session.pictures.of(this.floor), pictures.sending, pictures)}`;
  }

  #saveBar(): TemplateResult {
    return html`<div class="save">
      <button class="button" ?disabled=${this.saving} @click=${this.#discard}>${text("plan.discard")}</button>
      <button class="button primary" ?disabled=${this.saving} @click=${this.#save}>${text("plan.save")}</button>
    </div>`;
  }

  /** The plan as the server has it: taken, or carried under what is drawn. */
  #takeUp(plan: Plan): void {
    if (!this.#work) this.#begin(plan);
    else if (plan.revision !== this.editor.revision) {
      if (this.editor.dirty) {
        this.editor.rebase(plan);
        this.notice = text("plan.changed_meanwhile");
      } else this.editor.saved(plan);
    }
  }

  #begin(plan: Plan): void {
    const { session } = this;
    const editor = new PlanEditor(plan);
    const checks = new Checks(session, this, this.#failed);
    // The parts reach the editor by way of this desk.
    this.#work = { editor, checks } as Work;
    const drawing = new Drawing(session, this, this.#failed);
    const pictures = new PictureWork(session, this, drawing.use.bind(drawing), this.#failed);
    this.#work = { ...this.#work, drawing, pictures };
    editor.watch(() => {
      this.problem = null;
      checks.look();
    });
    checks.look();
  }

  readonly #unnamedSketch = (scene: Scene): ReturnType<typeof sketchOf> =>
    sketchOf(scene, this.#work?.drawing.unnamed?.outline ?? [], this.units, true);

  readonly #chooseFloor = (floor: string): void => {
    this.floor = floor;
    this.#stop();
    this.#work?.checks.look();
  };

  readonly #dragged = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes(DRAGGED_ANCHOR)) event.preventDefault();
  };

  /** An anchor was dragged here from the list. */
  readonly #dropped = (event: DragEvent): void => {
    const source = event.dataTransfer?.getData(DRAGGED_ANCHOR);
    if (!source || !this.map) return;
    event.preventDefault();
    const { plan } = this.map.locate(event);
    this.#work?.drawing.putAnchor(source, meant(this, { plan, event: {} }).point);
  };

  readonly #placeRectangle = (): void => {
    const box = this.map?.getBoundingClientRect();
    const camera = this.map?.camera;
    if (box && camera) this.#work?.drawing.placeRectangle(toPlan(camera, [box.width / 2, box.height / 2]));
  };

  readonly #scalePicture = (length: number): void => {
    this.#work?.pictures.scaleTo(toMetres(this.units, length));
    this.#stop();
  };

  /** Whatever was begun is left. */
  readonly #stop = (): void => {
    this.problem = null;
    this.#work?.pictures.forget();
    this.#work?.drawing.choose("select");
  };

  readonly #save = async (): Promise<void> => {
    const { editor, session } = this;
    this.saving = true;
    this.notice = null;
    try {
      const plan = await session.api.plan.save(editor.revision, editor.changes);
      editor.saved(plan);
      session.plan.put(plan);
    } catch (error) {
      if (isRefusal(error) && error.code === "plan_changed_meanwhile") await session.plan.load();
      else this.#failed(error);
    }
    this.saving = false;
  };

  readonly #discard = (): void => {
    this.notice = null;
    this.editor.discard();
  };

  readonly #tapped = (event: CustomEvent<MapPoint>): void => {
    const tool = this.#work?.drawing.tool;
    if (tool instanceof SelectTool) tool.tapped(event.detail);
  };

  /** Before the map has them: an arrow moves what is selected. */
  readonly #key = (event: KeyboardEvent): void => {
    const [origin] = event.composedPath();
    if ((origin as Partial<Element>).matches?.("input, select, textarea")) return;
    if (!this.#taken(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #taken(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" && !event.shiftKey) this.editor.undo();
      else if (key === "y" || key === "z") this.editor.redo();
      else if (key === "s" && this.editor.dirty) void this.#save();
      else return false;
      return true;
    }
    if (event.key === "Escape") {
      this.#stop();
      this.editor.select(null);
      return true;
    }
    const onMap = this.map !== null && event.composedPath().includes(this.map);
    return onMap && (this.#work?.drawing.tool.key?.(event.key, event.shiftKey) ?? false);
  }

  readonly #warn = (event: BeforeUnloadEvent): void => {
    if (this.#work?.editor.dirty) event.preventDefault();
  };

  readonly #failed = (error: unknown): void => {
    this.problem = isRefusal(error) ? error.message : String(error);
  };
}

define("indoor-positioning-plan-view", PlanView);

export const renderView: RenderView = ({ session, narrow }) =>
  html`<indoor-positioning-plan-view .session=${session} ?narrow=${narrow}></indoor-positioning-plan-view>`;
