import type { Api } from "../api/api";
import type { Stand, Survey, SurveyReport } from "../api/calibration";
import { isRefusal } from "../api/hass";
import type { LinkState } from "../api/subscription";
import { Store } from "./store";

/** The survey, and the stand or walked line that is being added to it; it goes on at the server whoever looks. */
export class SurveyStore extends Store {
  survey: Survey | null = null;
  stand: Stand | null = null;
  report: SurveyReport | null = null;
  link: LinkState = { kind: "connecting" };
  /** Why something was refused, a text for people. */
  problem: string | null = null;
  #end: (() => void) | undefined;

  constructor(private readonly api: Api) {
    super();
  }

  get collecting(): boolean {
    return this.stand?.status === "collecting";
  }

  /** Whether what is being collected is a walked line. */
  get walking(): boolean {
    return this.collecting && this.stand?.area_id === null;
  }

  start(): void {
    this.#end ??= this.api.calibration.progress({
      event: (stand) => {
        const ended = this.collecting && stand.status !== "collecting";
        this.stand = stand;
        this.changed();
        if (ended) void this.load();
      },
      state: (link) => {
        this.link = link;
        this.changed();
      },
    });
    void this.load();
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  async load(): Promise<void> {
    await this.attempt(async () => {
      this.survey = await this.api.calibration.samples();
    });
  }

  async judge(): Promise<void> {
    await this.attempt(async () => {
      this.report = await this.api.calibration.report();
    });
  }

  async delete(samples: readonly string[]): Promise<void> {
    await this.attempt(() => this.api.calibration.delete(samples));
    await this.load();
  }

  async undo(): Promise<void> {
    await this.attempt(() => this.api.calibration.undo());
    await this.load();
  }

  /** Do something, and keep why it was refused, if it was. */
  async attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.problem = null;
    } catch (error) {
      this.problem = isRefusal(error) ? error.message : String(error);
    }
    this.changed();
  }
}
