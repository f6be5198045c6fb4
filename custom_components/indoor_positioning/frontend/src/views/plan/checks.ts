import type { AccuracyMap, Finding } from "../../api/plan";
import { accuracyLayer } from "../../map/accuracy-layer";
import type { Layer } from "../../map/scene";
import { isEmpty } from "../../model/editor/changes";
import type { Session } from "../../model/session";
import { Store } from "../../model/store";
import type { Desk } from "./desk";

/** Milliseconds without a change before the server is asked what it makes of the plan. */
const CHECK_AFTER_MS = 700;

/** What the server makes of the plan as it is drawn now: what it lacks, and how well things will be found in it. */
export class Checks extends Store {
  findings: readonly Finding[] | null = null;
  accuracy: AccuracyMap | null = null;
  heat: Layer | undefined;
  accuracyShown = false;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: Session,
    private readonly desk: Pick<Desk, "editor" | "floor">,
    private readonly failed: (error: unknown) => void,
  ) {
    super();
  }

  /** Ask when it has been quiet for a moment. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#ask();
    }, CHECK_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  toggleAccuracy(): void {
    this.accuracyShown = !this.accuracyShown;
    this.changed();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const { changes } = this.desk.editor;
    const { api } = this.session;
    try {
      const findings = await api.plan.check(changes);
      const accuracy = this.accuracyShown
        ? await api.accuracyMap(this.desk.floor, isEmpty(changes) ? {} : changes)
        : null;
      if (mine !== this.#asked) return;
      this.findings = findings;
      this.accuracy = accuracy;
      this.heat = accuracy ? accuracyLayer(accuracy) : undefined;
      this.changed();
    } catch (error) {
      if (mine === this.#asked) this.failed(error);
    }
  }
}
