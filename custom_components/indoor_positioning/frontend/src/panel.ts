import { mdiAlertCircleOutline, mdiMenu } from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Hass } from "./api/hass";
import { languageOf, Session } from "./model/session";
import { loadTexts, text } from "./texts/texts";
import { define } from "./ui/define";
import { icon } from "./ui/icon";
import { emptyState } from "./ui/notice";
import { panelStyles } from "./views/panel-styles";
import type { RenderView, View } from "./views/view";
import { VIEWS } from "./views/views";

interface Route {
  readonly prefix: string;
  readonly path: string;
}

/** The panel: a head with tabs, and the view that is chosen. Home Assistant sets the properties. */
export class PanelElement extends LitElement {
  static override styles = panelStyles;

  @property({ attribute: false }) hass?: Hass;
  @property({ type: Boolean, reflect: true }) narrow = false;
  @property({ attribute: false }) route?: Route;

  @state() private session?: Session;
  @state() private ready = false;
  @state() private renderView?: RenderView;
  @state() private failed = false;
  #shown?: View;
  #language = "";

  get #views(): readonly View[] {
    // Everything but looking changes something, and is refused to others anyway.
    return this.session?.admin ? VIEWS : VIEWS.slice(0, 1);
  }

  get #view(): View {
    const path = this.route?.path.split("/")[1];
    return this.#views.find((view) => view.path === path) ?? VIEWS[0];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session?.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session?.stop();
  }

  /** Home Assistant hands over a new object with every change of any state; little of that concerns the panel. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (changed.has("hass")) this.#meet();
    return changed.size > 1 || !changed.has("hass");
  }

  protected override willUpdate(): void {
    const view = this.#view;
    if (this.session && view !== this.#shown) void this.#open(view);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.session || !this.ready) return nothing;
    return html`<header>
        ${this.narrow ? this.#menuButton() : nothing}
        <h1>${text("panel.title")}</h1>
        <nav aria-label=${text("panel.title")}>${this.#views.map((view) => this.#tab(view))}</nav>
      </header>
      <main>${this.#content(this.session)}</main>`;
  }

  #content(session: Session): TemplateResult | typeof nothing {
    if (this.failed) {
      const again = html`<button class="button primary" @click=${this.#reload}>${text("panel.reload")}</button>`;
      return emptyState(mdiAlertCircleOutline, text("panel.failed_title"), text("panel.failed_detail"), again);
    }
    return this.renderView?.({ session, narrow: this.narrow }) ?? nothing;
  }

  #tab(view: View): TemplateResult {
    const chosen = view === this.#view;
    return html`<a
      href=${`${this.route?.prefix ?? ""}/${view.path}`}
      aria-current=${chosen ? "page" : nothing}
      @click=${this.#follow}
      >${icon(view.icon)}<span>${text(view.title)}</span></a
    >`;
  }

  #menuButton(): TemplateResult {
    const toggle = (): void => {
      this.dispatchEvent(new CustomEvent("hass-toggle-menu", { bubbles: true, composed: true }));
    };
    return html`<button class="icon-button" aria-label=${text("panel.menu")} @click=${toggle}>
      ${icon(mdiMenu)}
    </button>`;
  }

  readonly #follow = (event: MouseEvent): void => {
    // Other ways to click a link open it elsewhere.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", (event.currentTarget as HTMLAnchorElement).href);
    window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
  };

  readonly #reload = (): void => {
    location.reload();
  };

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
      void this.#translate(hass);
    }
  }

  async #translate(hass: Hass): Promise<void> {
    await loadTexts(hass.connection, this.#language);
    this.ready = true;
    // Every text on the page is another one now.
    this.requestUpdate();
  }

  async #open(view: View): Promise<void> {
    this.#shown = view;
    try {
      const { renderView } = await view.load();
      if (this.#shown !== view) return;
      this.renderView = renderView;
      this.failed = false;
    } catch (error) {
      // After an update the files of a tab that was open before are gone.
      console.warn("Indoor Positioning: a view could not be loaded", error);
      this.failed = true;
    }
  }
}

define("indoor-positioning-panel", PanelElement);
