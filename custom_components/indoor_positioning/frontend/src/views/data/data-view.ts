import { mdiAlertOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { ImportReport, Networks } from "../../api/data";
import { isRefusal } from "../../api/hass";
import { upload } from "../../api/upload";
import type { Session } from "../../model/session";
import { Watching } from "../../model/store";
import { text } from "../../texts/texts";
import { define } from "../../ui/define";
import { download } from "../../ui/download";
import { banner, noticeStyles } from "../../ui/notice";
import { shared } from "../../ui/styles";
import type { RenderView } from "../view";
import { homeCard, type HomeActs } from "./home-card";
import { networksCard } from "./networks-card";

/** Where the integration's settings are. */
const SETTINGS = "/config/integrations/integration/indoor_positioning";

/** What belongs to the home as a whole: its file, its networks, and the way to its settings. */
export class DataView extends LitElement {
  static override styles = [
    shared,
    noticeStyles,
    css`
      :host {
        display: block;
        min-height: 100%;
      }
      main {
        display: grid;
        gap: 16px;
        max-width: 720px;
        margin: 0 auto;
        padding: 16px;
      }
      .card {
        display: grid;
        gap: 12px;
        padding: 24px;
      }
      h2 {
        margin: 0;
        font-size: 20px;
        line-height: 28px;
        font-weight: 500;
      }
      p {
        margin: 0;
      }
      .hint {
        color: var(--ip-muted);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .planned {
        display: grid;
        gap: 8px;
        padding: 16px;
        border-radius: 8px;
        background: color-mix(in srgb, var(--ip-accent) 10%, transparent);
      }
      .good {
        color: var(--ip-good);
      }
      .file {
        cursor: pointer;
      }
      .file:focus-within {
        outline: 2px solid var(--ip-accent);
        outline-offset: 2px;
      }
      progress {
        width: 100%;
      }
      table {
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      th {
        font-weight: 500;
        text-align: start;
      }
      td,
      th {
        padding: 8px 8px 8px 0;
        border-bottom: 1px solid var(--ip-line);
      }
      .banner {
        border-radius: 8px;
      }
      summary {
        cursor: pointer;
        padding: 8px 0;
      }
      :host([narrow]) .card {
        padding: 16px;
      }
    `,
  ];

  @property({ attribute: false }) session!: Session;
  @property({ type: Boolean, reflect: true }) narrow = false;

  @state() private networks: Networks | null = null;
  @state() private busy = false;
  @state() private sending: number | null = null;
  @state() private planned: ImportReport | null = null;
  @state() private done: ImportReport | null = null;
  @state() private problem: string | null = null;
  /** The file that has been sent and looked at. */
  #upload: string | null = null;
  #end: (() => void) | undefined;

  constructor() {
    super();
    new Watching(this, () => [this.session.plan]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#end ??= this.session.api.networks.follow({
      event: (news) => {
        this.networks = { ...(this.networks ?? UNTRAINED), ...news };
      },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    this.#end = undefined;
  }

  protected override render(): TemplateResult {
    return html`${this.problem === null ? nothing : banner(mdiAlertOutline, this.problem, "bad")}
      <main>
        ${homeCard(this.busy, this.sending, this.planned, this.done, this.#homeActs)}
        ${this.networks ? networksCard(this.networks, this.session.plan.plan, this.busy, this.session.units, this.#networkActs) : nothing}
        <section class="card">
          <h2>${text("data.forms_title")}</h2>
          <p class="hint">${text("data.forms_detail")}</p>
          <div class="row"><a class="button" href=${SETTINGS}>${text("panel.open_forms")}</a></div>
        </section>
      </main>`;
  }

  readonly #homeActs: HomeActs = {
    save: () => {
      void this.#attempt(async () => {
        const { name, mime_type, data } = await this.session.api.home.export();
        download(name, mime_type, data);
      });
    },
    choose: (file) => {
      void this.#attempt(async () => {
        this.#forget();
        this.sending = 0;
        this.#upload = await upload(this.session.api, "home", file, (share) => {
          this.sending = share;
        });
        this.planned = await this.session.api.home.import(this.#upload, true);
      });
    },
    confirm: () => {
      void this.#attempt(async () => {
        if (this.#upload === null) return;
        const done = await this.session.api.home.import(this.#upload, false);
        this.#forget();
        this.done = done;
        await this.session.plan.load();
      });
    },
    drop: () => {
      this.#forget();
    },
  };

  readonly #networkActs = {
    train: (): void => {
      void this.#attempt(() => this.session.api.networks.train());
    },
    export: (): void => {
      void this.#attempt(async () => {
        const { filename, content } = await this.session.api.networks.export();
        download(filename, "application/zip", content);
      });
    },
  };

  #forget(): void {
    this.#upload = null;
    this.planned = null;
    this.done = null;
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.problem = null;
    try {
      await act();
    } catch (error) {
      this.problem = isRefusal(error) ? error.message : String(error);
    }
    this.busy = false;
    this.sending = null;
  }
}

const UNTRAINED: Networks = {
  training: null,
  models: [],
  trained_at: null,
  report: null,
  outdated: false,
  missing_anchors: [],
  problem: null,
  lessons: null,
};

define("indoor-positioning-data-view", DataView);

export const renderView: RenderView = ({ session, narrow }) =>
  html`<indoor-positioning-data-view .session=${session} ?narrow=${narrow}></indoor-positioning-data-view>`;
