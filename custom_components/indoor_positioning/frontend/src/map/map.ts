import { mdiFitToScreenOutline, mdiMinus, mdiPlus } from "@mdi/js";
import { html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { Plan, Point } from "../api/plan";
import { fit, pan, toPlan, zoomAt, type Camera, type Size } from "../model/camera";
import { floorBounds, onFloor } from "../model/floors";
import { text } from "../texts/texts";
import { define } from "../ui/define";
import { icon } from "../ui/icon";
import { shared } from "../ui/styles";
import { anchorsLayer } from "./anchors-layer";
import { Gestures, type GestureTarget, type MapPoint, type MapTool } from "./gestures";
import { mapStyles } from "./map-styles";
import { paletteOf, type Painter, type Palette } from "./painter";
import { labelsLayer, roomsLayer, waysLayer, zonesLayer } from "./plan-layers";
import type { Layer, Looks, Scene } from "./scene";

/** Pixels around the plan when all of it is shown. */
const MARGIN_PX = 28;

/** Pixels that the buttons take of the right edge, unless the map is narrower than that. */
const CONTROLS_PX = 60;
const NARROW_PX = 500;

/** Pixels that an arrow key moves, and how much a plus zooms. */
const KEY_PAN_PX = 48;
const KEY_ZOOM = 1.25;

/** As many rooms may change their light softly. */
const FEW_LIGHTS = 6;

/** How old the theme's colours may be. */
const PALETTE_MS = 1000;

/**
 * One floor of the plan, to look at and to work on: moved with a finger or the mouse, zoomed with two fingers, the wheel
 * or keys. Views give it a `tool` for the pointer, layers of their own and a `painter` for what moves.
 *
 * Fires `map-tap` with a `MapPoint` where somebody taps and no tool has taken it.
 */
export class MapElement extends LitElement implements GestureTarget {
  static override styles = [shared, mapStyles];

  @property({ attribute: false }) plan: Plan | null = null;
  @property() floor = "";
  @property({ attribute: false }) looks: Looks = {};
  /** What a screen reader says of it. */
  @property() label = "";
  @property({ type: Boolean, reflect: true }) embedded = false;
  @property({ type: Boolean }) controls = true;
  /** Pixels at the top that something else lies over. */
  @property({ type: Number }) inset = 0;
  @property({ attribute: false }) tool: MapTool | undefined;
  /** Drawn beneath everything, as a picture of the floor is. */
  @property({ attribute: false }) ground: Layer | undefined;
  /** Drawn above the rooms and beneath walls, as a heat map is. */
  @property({ attribute: false }) heat: Layer | undefined;
  /** Drawn above everything, as what an editor holds is. */
  @property({ attribute: false }) overlay: Layer | undefined;
  @property({ attribute: false }) painter: Painter | undefined;

  @state() private view: Camera | null = null;
  @query(".stage") private readonly stage!: HTMLElement;
  @query("canvas") private readonly canvas!: HTMLCanvasElement;

  #size: Size = { width: 0, height: 0 };
  #moved = false;
  #palette: Palette | undefined;
  #paletteRead = 0;
  #frame = 0;
  readonly #resizes = new ResizeObserver(([entry]) => {
    if (entry) this.#resized(entry.contentRect);
  });
  readonly #gestures = new Gestures(this);

  get camera(): Camera | null {
    return this.view;
  }

  /** Show all of the floor. */
  fitAll(): void {
    this.#moved = false;
    this.#fit();
  }

  /** Have the painter paint, now and as long as it wants to. */
  repaint(): void {
    this.#frame ||= requestAnimationFrame(this.#paint);
  }

  locate(event: { clientX: number; clientY: number }): Pick<MapPoint, "screen" | "plan"> {
    const box = this.stage.getBoundingClientRect();
    const screen: Point = [event.clientX - box.left, event.clientY - box.top];
    return { screen, plan: this.view ? toPlan(this.view, screen) : [0, 0] };
  }

  panBy(dx: number, dy: number): void {
    if (this.view) this.#look(pan(this.view, dx, dy));
  }

  zoomBy(factor: number, at: Point = [this.#size.width / 2, this.#size.height / 2]): void {
    if (this.view) this.#look(zoomAt(this.view, at, factor));
  }

  tapped(at: MapPoint): void {
    this.dispatchEvent(new CustomEvent<MapPoint>("map-tap", { detail: at }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizes.observe(this);
    this.repaint();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  protected override firstUpdated(): void {
    this.#gestures.attach(this.stage);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("floor")) this.#moved = false;
    if ((changed.has("floor") || changed.has("plan") || changed.has("inset")) && !this.#moved) this.#fit();
  }

  protected override updated(): void {
    this.repaint();
  }

  protected override render(): TemplateResult {
    const busy = (this.looks.highlights?.size ?? 0) > FEW_LIGHTS;
    return html`<div
        class="stage"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        style=${this.tool?.cursor ? `cursor:${this.tool.cursor}` : ""}
        @keydown=${this.#key}
      >
        <svg class="plan ${this.ground ? "grounded" : ""} ${busy ? "busy" : ""}" aria-hidden="true">
          ${this.#layers()}
        </svg>
        <canvas aria-hidden="true"></canvas>
      </div>
      ${this.controls ? this.#buttons() : nothing}<slot></slot>`;
  }

  #layers(): TemplateResult | typeof nothing {
    if (!this.plan || !this.view) return nothing;
    const scene: Scene = {
      plan: this.plan,
      floor: this.floor,
      here: onFloor(this.plan, this.floor),
      camera: this.view,
      looks: this.looks,
    };
    return svg`<defs>
        <pattern id="treads" width="6" height="6" patternUnits="userSpaceOnUse">
          <path class="tread" d="M0 3H6"></path>
        </pattern>
      </defs>
      ${this.ground?.(scene)} ${roomsLayer(scene)} ${this.heat?.(scene)} ${zonesLayer(scene)} ${waysLayer(scene)}
      ${labelsLayer(scene)} ${anchorsLayer(scene)} ${this.overlay?.(scene)}`;
  }

  #buttons(): TemplateResult {
    const button = (path: string, name: string, step: boolean, act: () => void): TemplateResult =>
      html`<button class="icon-button ${step ? "step" : ""}" title=${name} aria-label=${name} @click=${act}>
        ${icon(path)}
      </button>`;
    return html`<div class="zoom">
      ${button(mdiPlus, text("map.zoom_in"), true, () => {
        this.zoomBy(KEY_ZOOM);
      })}
      ${button(mdiMinus, text("map.zoom_out"), true, () => {
        this.zoomBy(1 / KEY_ZOOM);
      })}
      ${button(mdiFitToScreenOutline, text("map.show_all"), false, () => {
        this.fitAll();
      })}
    </div>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => {
        this.panBy(KEY_PAN_PX, 0);
      },
      ArrowRight: () => {
        this.panBy(-KEY_PAN_PX, 0);
      },
      ArrowUp: () => {
        this.panBy(0, KEY_PAN_PX);
      },
      ArrowDown: () => {
        this.panBy(0, -KEY_PAN_PX);
      },
      "+": () => {
        this.zoomBy(KEY_ZOOM);
      },
      "-": () => {
        this.zoomBy(1 / KEY_ZOOM);
      },
      "0": () => {
        this.fitAll();
      },
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    // Home Assistant has shortcuts of its own.
    event.stopPropagation();
    act();
  };

  #look(view: Camera): void {
    this.#moved = true;
    this.view = view;
    this.repaint();
  }

  #fit(): void {
    if (this.#size.width === 0) return;
    const bounds = this.plan ? floorBounds(this.plan, this.floor) : null;
    const margin = Math.min(MARGIN_PX, this.#size.width / 16);
    // Buttons beside the plan rather than on it, where there is the width for that.
    const right = this.controls && this.#size.width > NARROW_PX ? Math.max(margin, CONTROLS_PX) : margin;
    const margins = { left: margin, right, top: Math.max(margin, this.inset + margin), bottom: margin };
    this.view = fit(bounds, this.#size, margins);
  }

  #resized(size: Size): void {
    this.#size = { width: size.width, height: size.height };
    if (!this.#moved || !this.view) this.#fit();
    this.repaint();
  }

  /** Nothing tells when a theme changes, so it is looked at now and then. */
  #colours(now: number): Palette {
    if (this.#palette && now - this.#paletteRead < PALETTE_MS) return this.#palette;
    this.#paletteRead = now;
    return (this.#palette = paletteOf(this));
  }

  readonly #paint = (): void => {
    this.#frame = 0;
    const context = this.canvas.getContext("2d");
    if (!context || !this.view) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.#size.width * ratio), Math.round(this.#size.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#size.width, this.#size.height);
    const now = performance.now();
    const frame = { context, camera: this.view, size: this.#size, palette: this.#colours(now), now };
    if (this.painter?.paint(frame)) this.repaint();
  };
}

define("indoor-positioning-map", MapElement);
