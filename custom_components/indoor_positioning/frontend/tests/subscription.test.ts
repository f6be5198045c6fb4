import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepSubscribed, RETRY_MS } from "../src/api/subscription";
import { FakeConnection } from "./fake-connection";

const MESSAGE = { type: "indoor_positioning/live/subscribe" };

describe("a subscription that is kept", () => {
  let connection: FakeConnection;
  let events: unknown[];
  let states: string[];
  let begun: number;
  let stop: () => void;

  const start = async (): Promise<void> => {
    stop = keepSubscribed<object>(connection, MESSAGE, {
      begin: () => (begun += 1),
      event: (event) => events.push(event),
      state: (state) => states.push(state.kind),
    });
    await settle();
  };
  const settle = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(0);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    connection = new FakeConnection();
    [events, states, begun] = [[], [], 0];
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it("hands on what comes", async () => {
    await start();
    connection.subscriptions[0]?.send({ beacons: {} });
    expect(events).toEqual([{ beacons: {} }]);
    expect(states).toEqual(["connecting", "live"]);
  });

  it("begins anew after the connection was lost, and hears the old one no more", async () => {
    await start();
    connection.fire("disconnected");
    expect(states.at(-1)).toBe("disconnected");
    connection.fire("ready");
    await settle();
    expect(connection.subscriptions).toHaveLength(2);
    expect(begun).toBe(2);
    connection.subscriptions[0]?.send({ old: true });
    connection.subscriptions[1]?.send({ fresh: true });
    expect(events).toEqual([{ fresh: true }]);
  });

  it("begins anew when the integration has ended it, and tries until it runs again", async () => {
    await start();
    connection.refusals.push({ code: "not_loaded", message: "not running" });
    connection.subscriptions[0]?.send({ ended: true });
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(RETRY_MS[0] ?? 0);
    expect(states.at(-1)).toBe("not_loaded");
    expect(connection.subscriptions).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(RETRY_MS[1] ?? 0);
    expect(connection.subscriptions).toHaveLength(2);
    expect(states.at(-1)).toBe("live");
  });

  it("says why it was refused, and does not insist", async () => {
    connection.refusals.push({ code: "unauthorized", message: "Unauthorized" });
    await start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(["connecting", "refused"]);
    expect(connection.subscriptions).toHaveLength(0);
  });

  it("ends for good, also when the answer is still to come", async () => {
    stop = keepSubscribed<object>(connection, MESSAGE, { event: (event) => events.push(event) });
    stop();
    await settle();
    expect(connection.subscriptions[0]?.ended).toBe(true);
    expect(connection.listening).toBe(0);
    connection.subscriptions[0]?.send({ late: true });
    expect(events).toEqual([]);
  });
});
