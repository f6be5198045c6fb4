import type { Connection, Message } from "../src/api/hass";

interface Subscription {
  message: Message;
  send: (event: unknown) => void;
  ended: boolean;
}

/** A connection whose other end is the test. */
export class FakeConnection implements Connection {
  connected = true;
  readonly subscriptions: Subscription[] = [];
  /** By type: what a command answers with, or rejects with where it is an error. */
  readonly answers = new Map<string, unknown>();
  /** What the next subscriptions are refused with. */
  readonly refusals: unknown[] = [];
  readonly sent: Message[] = [];
  readonly #listeners = { ready: new Set<() => void>(), disconnected: new Set<() => void>() };

  sendMessagePromise<T>(message: Message): Promise<T> {
    this.sent.push(message);
    const answer = this.answers.get(message.type);
    // Refusals are plain objects, as those of Home Assistant are.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    if (isError(answer)) return Promise.reject(answer);
    return Promise.resolve(answer as T);
  }

  subscribeMessage<T>(callback: (event: T) => void, message: Message): Promise<() => Promise<void>> {
    const refusal = this.refusals.shift();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    if (refusal !== undefined) return Promise.reject(refusal);
    const subscription: Subscription = { message, send: callback as (event: unknown) => void, ended: false };
    this.subscriptions.push(subscription);
    return Promise.resolve(() => {
      subscription.ended = true;
      return Promise.resolve();
    });
  }

  addEventListener(kind: "ready" | "disconnected", listener: () => void): void {
    this.#listeners[kind].add(listener);
  }

  removeEventListener(kind: "ready" | "disconnected", listener: () => void): void {
    this.#listeners[kind].delete(listener);
  }

  fire(kind: "ready" | "disconnected"): void {
    this.connected = kind === "ready";
    for (const listener of [...this.#listeners[kind]]) listener();
  }

  get listening(): number {
    return this.#listeners.ready.size + this.#listeners.disconnected.size;
  }
}

function isError(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "code" in answer;
}
