import { beforeEach, describe, expect, it } from "vitest";
import { Api } from "../src/api/api";
import type { Stand } from "../src/api/calibration";
import { SurveyStore } from "../src/model/survey-store";
import { FakeConnection } from "./fake-connection";

const COLLECTING: Stand = {
  status: "collecting",
  beacon: "tag",
  area_id: "kitchen",
  x: 1,
  y: 2,
  share: 0.5,
  packets: 10,
  anchors: 3,
  moving: false,
  moved: false,
  samples: [],
  floor_id: "g",
  corners: [],
};
const SURVEY = { samples: [], oldest: null, newest: null, kept_lately: [], drifted: [], references: [], next: null };

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe("the survey", () => {
  let connection: FakeConnection;
  let store: SurveyStore;

  const asked = (command: string): number =>
    connection.sent.filter(({ type }) => type === `indoor_positioning/calibration/${command}`).length;
  const tell = (stand: Stand): void => {
    connection.subscriptions[0]?.send(stand);
  };

  beforeEach(async () => {
    connection = new FakeConnection();
    connection.answers.set("indoor_positioning/calibration/samples", SURVEY);
    store = new SurveyStore(new Api(connection));
    store.start();
    await settled();
  });

  it("is read, and finds a stand that was begun elsewhere", () => {
    expect(store.survey).toEqual(SURVEY);
    tell(COLLECTING);
    expect([store.collecting, store.walking]).toEqual([true, false]);
    tell({ ...COLLECTING, area_id: null, corners: [[0, 0]] });
    expect(store.walking).toBe(true);
  });

  it("is read anew when a stand has ended, and only then", async () => {
    tell({ ...COLLECTING, status: "idle" });
    tell(COLLECTING);
    await settled();
    expect(asked("samples")).toBe(1);
    tell({ ...COLLECTING, status: "kept", share: 1, samples: ["s1"] });
    await settled();
    expect(asked("samples")).toBe(2);
  });

  it("keeps why something was refused, until something is done", async () => {
    connection.answers.set("indoor_positioning/calibration/undo", {
      code: "nothing_to_undo",
      message: "Nothing there.",
    });
    await store.attempt(() => new Api(connection).calibration.undo());
    expect(store.problem).toBe("Nothing there.");
    await store.load();
    expect(store.problem).toBeNull();
  });

  it("follows nothing more when it has stopped", async () => {
    store.stop();
    await settled();
    expect(connection.subscriptions[0]?.ended).toBe(true);
  });

  it("sends a beacon back on its way with nulls", async () => {
    await new Api(connection).calibration.reference("tag", null);
    expect(connection.sent.at(-1)).toEqual({
      type: "indoor_positioning/calibration/reference",
      beacon: "tag",
      area_id: null,
      x: null,
      y: null,
      height: null,
    });
  });
});
