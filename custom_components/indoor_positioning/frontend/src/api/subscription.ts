import { isRefusal, type Connection, type Message } from "./hass";

/** How a subscription stands; `not_loaded` and `disconnected` mend themselves, `refused` does not. */
export type LinkState =
  { kind: "connecting" | "live" | "disconnected" | "not_loaded" } | { kind: "refused"; message: string };

export interface Listener<Event> {
  /** A new subscription begins: its first event tells everything, whatever was known before. */
  begin?(): void;
  event(event: Event): void;
  state?(state: LinkState): void;
}

/** Milliseconds between tries while the integration is not running; the last one is repeated. */
export const RETRY_MS: readonly number[] = [500, 1000, 2000, 5000];

/**
 * Keeps one subscription going over lost connections and restarts of the integration, until the returned function is
 * called. Home Assistant's own resubscription is not used: it does not tell that the next event is a first one.
 */
export function keepSubscribed<Event extends object>(
  connection: Connection,
  message: Message,
  listener: Listener<Event>,
): () => void {
  let stopped = false;
  // Answers of an earlier try come late after a lost connection; only the newest counts.
  let current = 0;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe: (() => Promise<void>) | undefined;

  const tell = (state: LinkState): void => listener.state?.(state);

  const retryLater = (): void => {
    clearTimeout(timer);
    timer = setTimeout(subscribe, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    tries += 1;
  };

  const ended = (): void => {
    unsubscribe = undefined;
    current += 1;
    tell({ kind: "not_loaded" });
    retryLater();
  };

  const receive = (mine: number, event: Event): void => {
    if (stopped || mine !== current) return;
    if ("ended" in event) ended();
    else listener.event(event);
  };

  const refused = (mine: number, error: unknown): void => {
    if (stopped || mine !== current) return;
    if (isRefusal(error) && error.code !== "not_loaded" && error.code !== "unknown_command") {
      tell({ kind: "refused", message: error.message });
      return;
    }
    // A command is unknown while Home Assistant starts, and a connection that was lost comes back.
    tell({ kind: connection.connected ? "not_loaded" : "disconnected" });
    if (connection.connected) retryLater();
  };

  function subscribe(): void {
    clearTimeout(timer);
    current += 1;
    const mine = current;
    listener.begin?.();
    connection
      .subscribeMessage<Event>(
        (event) => {
          receive(mine, event);
        },
        message,
        { resubscribe: false },
      )
      .then((end) => {
        if (stopped || mine !== current) {
          void end().catch(() => undefined);
          return;
        }
        tries = 0;
        unsubscribe = end;
        tell({ kind: "live" });
      })
      .catch((error: unknown) => {
        refused(mine, error);
      });
  }

  const reconnected = (): void => {
    tries = 0;
    unsubscribe = undefined;
    subscribe();
  };
  const disconnected = (): void => {
    clearTimeout(timer);
    current += 1;
    unsubscribe = undefined;
    tell({ kind: "disconnected" });
  };

  connection.addEventListener("ready", reconnected);
  connection.addEventListener("disconnected", disconnected);
  tell({ kind: "connecting" });
  subscribe();

  return () => {
    stopped = true;
    clearTimeout(timer);
    connection.removeEventListener("ready", reconnected);
    connection.removeEventListener("disconnected", disconnected);
    // The server forgets it by itself where the connection is gone.
    void unsubscribe?.().catch(() => undefined);
  };
}
