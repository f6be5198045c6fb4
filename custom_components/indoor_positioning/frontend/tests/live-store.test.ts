import { beforeEach, describe, expect, it } from "vitest";
import { Api } from "../src/api/api";
import type { Plan } from "../src/api/plan";
import { LiveStore } from "../src/model/live-store";
import { PlanStore } from "../src/model/plan-store";
import { TRAIL_MS } from "../src/model/trails";
import { FakeConnection } from "./fake-connection";

const AT_HOME = { name: "Keys", state: "here", floor: "ground", x: 1, y: 2, accuracy: 0.8, room: "hall" } as const;

describe("live store", () => {
  let connection: FakeConnection;
  let live: LiveStore;
  let now = 0;
  let told = 0;
  let plans = 0;

  beforeEach(() => {
    connection = new FakeConnection();
    now = 0;
    told = 0;
    plans = 0;
    const api = new Api(connection);
    live = new LiveStore(
      api,
      () => (plans += 1),
      () => now,
    );
    live.watch(() => (told += 1));
  });

  it("puts the fields of events together", () => {
    live.apply({ beacons: { keys: AT_HOME }, anchors: { aa: "listening", bb: "offline" } });
    live.apply({ beacons: { keys: { x: 1.5 } }, anchors: { bb: "silent" } });
    expect(live.beacons.get("keys")).toMatchObject({ ...AT_HOME, x: 1.5 });
    expect([...live.anchors]).toEqual([
      ["aa", "listening"],
      ["bb", "silent"],
    ]);
    expect(told).toBe(2);
  });

  it("forgets what was removed, or went away while the connection was lost", () => {
    live.start();
    live.apply({ beacons: { keys: AT_HOME, cat: AT_HOME, bag: AT_HOME }, anchors: { aa: "listening" } });
    live.apply({ removed: ["bag"] });
    expect([...live.beacons.keys()]).toEqual(["keys", "cat"]);
    connection.fire("disconnected");
    connection.fire("ready");
    live.apply({ beacons: { cat: AT_HOME } });
    expect([...live.beacons.keys()]).toEqual(["cat"]);
    expect(live.anchors.size).toBe(0);
    expect(live.trails.of("keys")).toEqual([]);
    live.stop();
  });

  it("keeps a trail of where one was, not of standing about, and not for ever", () => {
    live.apply({ beacons: { keys: AT_HOME } });
    for (const x of [1.05, 1.1, 1.4, 1.45, 2]) live.apply({ beacons: { keys: { x } } });
    expect(live.trails.of("keys").map((point) => point.x)).toEqual([1, 1.4, 2]);
    now = TRAIL_MS + 1;
    live.apply({ beacons: { keys: { x: 3 } } });
    expect(live.trails.of("keys").map((point) => point.x)).toEqual([3]);
  });

  it("says when the plan has changed", () => {
    live.apply({ beacons: { keys: AT_HOME }, plan_changed: true });
    live.apply({ beacons: { keys: { x: 2 } } });
    expect(plans).toBe(1);
  });
});

describe("plan store", () => {
  it("has the newest plan, whichever answer comes last", async () => {
    const connection = new FakeConnection();
    const store = new PlanStore(new Api(connection));
    const plan = (revision: string): Plan => ({ revision }) as unknown as Plan;
    connection.answers.set("indoor_positioning/plan/get", plan("1"));
    const loading = store.load();
    store.put(plan("2"));
    await loading;
    expect(store.plan?.revision).toBe("2");
    await store.load();
    expect(store.plan?.revision).toBe("1");
  });

  it("says why there is no plan", async () => {
    const connection = new FakeConnection();
    connection.answers.set("indoor_positioning/plan/get", { code: "not_loaded", message: "It is not running." });
    const store = new PlanStore(new Api(connection));
    await store.load();
    expect(store.plan).toBeNull();
    expect(store.problem).toBe("It is not running.");
  });
});
