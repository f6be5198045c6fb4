import type { Api } from "../api/api";
import { isRefusal } from "../api/hass";
import type { Plan } from "../api/plan";
import { Store } from "./store";

/** The plan as it was read last. */
export class PlanStore extends Store {
  plan: Plan | null = null;
  /** Why it could not be read, a text for people; null where it could. */
  problem: string | null = null;
  #asked = 0;

  constructor(private readonly api: Api) {
    super();
  }

  /** Read it anew. What is there stays until then. */
  async load(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const plan = await this.api.plan.get();
      if (mine === this.#asked) this.put(plan);
    } catch (error) {
      if (mine !== this.#asked) return;
      this.problem = isRefusal(error) && "message" in error ? error.message : String(error);
      this.changed();
    }
  }

  /** Take a plan that was the answer to something else. */
  put(plan: Plan): void {
    this.#asked += 1;
    this.plan = plan;
    this.problem = null;
    this.changed();
  }
}
