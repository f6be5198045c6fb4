import type { Plan, PlanChanges } from "../../api/plan";
import { Store } from "../store";
import { changesBetween, isEmpty, onto } from "./changes";
import { stillThere, type Selection } from "./shapes";

/** So many steps can be taken back. */
const MOST_STEPS = 200;

/** A plan while it is worked on: what is saved, what is drawn, and the way from one to the other. */
export class PlanEditor extends Store {
  #base: Plan;
  #plan: Plan;
  #preview: Plan | null = null;
  #past: Plan[] = [];
  #future: Plan[] = [];
  #selection: Selection | null = null;

  constructor(base: Plan) {
    super();
    this.#base = base;
    this.#plan = base;
  }

  /** As it is drawn now. */
  get plan(): Plan {
    return this.#preview ?? this.#plan;
  }

  get revision(): string {
    return this.#base.revision;
  }

  get changes(): PlanChanges {
    return changesBetween(this.#base, this.plan);
  }

  get dirty(): boolean {
    return !isEmpty(changesBetween(this.#base, this.#plan));
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  get selection(): Selection | null {
    return this.#selection;
  }

  select(selection: Selection | null): void {
    this.#selection = selection;
    this.changed();
  }

  /** Take one step. */
  apply(plan: Plan): void {
    this.#preview = plan;
    this.settle();
  }

  /** Show what a gesture would do, until it settles or is reverted. */
  preview(plan: Plan): void {
    this.#preview = plan;
    this.changed();
  }

  /** Make what is previewed a step. */
  settle(): void {
    const next = this.#preview;
    this.#preview = null;
    if (next && !isEmpty(changesBetween(this.#plan, next))) {
      this.#past = [...this.#past.slice(1 - MOST_STEPS), this.#plan];
      this.#future = [];
      this.#plan = next;
    }
    this.#moved();
  }

  revert(): void {
    this.#preview = null;
    this.changed();
  }

  undo(): void {
    this.#turn(this.#past, this.#future);
  }

  redo(): void {
    this.#turn(this.#future, this.#past);
  }

  /** Throw all changes away. */
  discard(): void {
    this.saved(this.#base);
  }

  /** The plan was saved, or read anew while nothing was changed: this is what it is now. */
  saved(plan: Plan): void {
    this.#base = plan;
    this.#plan = plan;
    this.#preview = null;
    this.#past = [];
    this.#future = [];
    this.#moved();
  }

  /** Somebody else has saved meanwhile: carry the changes over to what the plan is now. */
  rebase(current: Plan): void {
    const carry = (plan: Plan): Plan => onto(current, this.#base, plan);
    this.#plan = carry(this.#plan);
    this.#past = this.#past.map(carry);
    this.#future = this.#future.map(carry);
    this.#preview = null;
    this.#base = current;
    this.#moved();
  }

  #turn(from: Plan[], to: Plan[]): void {
    const next = from.pop();
    if (!next) return;
    to.push(this.#plan);
    this.#plan = next;
    this.#preview = null;
    this.#moved();
  }

  #moved(): void {
    if (this.#selection && !stillThere(this.#plan, this.#selection)) this.#selection = null;
    this.changed();
  }
}
