import { beforeEach, describe, expect, it } from "vitest";
import { Api } from "../src/api/api";
import type { BeaconRow } from "../src/api/live";
import type { TrackPoint } from "../src/api/tracks";
import { lastBefore, Playback } from "../src/model/playback";
import { FakeConnection } from "./fake-connection";

const AWAY = { floor: null, room: null, x: null, y: null, accuracy: null };
const at = (time: number, x: number, room = "hall"): TrackPoint => ({ time, floor: "g", room, x, y: 0, accuracy: 1 });
const PRESENT = new Map([["keys", { name: "Keys", state: "away" } as unknown as BeaconRow]]);

/** Ten thousand seconds after the epoch is now. */
const NOW = 10_000;

describe("playback", () => {
  let connection: FakeConnection;
  let playback: Playback;

  beforeEach(() => {
    connection = new FakeConnection();
    playback = new Playback(new Api(connection), () => NOW);
    const points = [at(9000, 1), at(9100, 2), { time: 9200, ...AWAY }, at(9300, 3, "bath")];
    connection.answers.set("indoor_positioning/tracks/list", {
      hours: 24,
      tracks: { keys: { oldest: 100, newest: 9300 }, old: { oldest: 1, newest: 2 } },
    });
    connection.answers.set("indoor_positioning/tracks/get", { points });
  });

  it("stands at the first moment of which there is a record", async () => {
    await playback.load(1);
    expect([playback.state, playback.start, playback.end, playback.time]).toEqual(["ready", 9000, NOW, 9000]);
    expect(playback.beacons).toEqual(["keys"]);
    const asked = connection.sent.filter((message) => message.type.endsWith("get"));
    expect(asked).toMatchObject([{ beacon: "keys", start: NOW - 3600, end: NOW }]);
  });

  it("shows what was, with the present name", async () => {
    await playback.load(1);
    const shown = (time: number): unknown => {
      playback.seek(time);
      const row = playback.rows(PRESENT).get("keys");
      return [row?.name, row?.state, row?.room, row?.x];
    };
    expect(shown(9150)).toEqual(["Keys", "here", "hall", 2]);
    expect(shown(9250)).toEqual(["Keys", "away", null, null]);
    expect(shown(9999)).toEqual(["Keys", "here", "bath", 3]);
    expect(playback.rows(new Map()).size).toBe(0);
  });

  it("has a trail that ends where one was away", async () => {
    await playback.load(1);
    playback.seek(9110);
    const trail = playback.trail("keys", 500_000);
    expect(trail.map((point) => [point.x, point.time])).toEqual([
      [1, 390_000],
      [2, 490_000],
    ]);
    playback.seek(9310);
    expect(playback.trail("keys", 0).map((point) => point.x)).toEqual([3]);
  });

  it("plays to the end, and then from the beginning", async () => {
    await playback.load(1);
    playback.advance(1000);
    expect(playback.time).toBe(9000);
    playback.toggle();
    playback.advance(1000);
    expect(playback.time).toBe(9000 + playback.speed);
    playback.setSpeed(60);
    playback.advance(1000);
    expect(playback.time).toBe(9070);
    playback.advance(1e9);
    expect([playback.time, playback.playing]).toEqual([NOW, false]);
    playback.toggle();
    expect([playback.time, playback.playing]).toEqual([9000, true]);
  });

  it("says that nothing is kept, nothing was recorded, or what is wrong", async () => {
    connection.answers.set("indoor_positioning/tracks/list", { hours: 0, tracks: {} });
    await playback.load(1);
    expect(playback.state).toBe("off");
    connection.answers.set("indoor_positioning/tracks/list", { hours: 2, tracks: {} });
    await playback.load(1);
    expect(playback.state).toBe("empty");
    playback.toggle();
    expect(playback.playing).toBe(false);
    connection.answers.set("indoor_positioning/tracks/list", { code: "unauthorized", message: "Not for you." });
    await playback.load(1);
    expect(playback.state).toEqual({ problem: "Not for you." });
  });
});

describe("lastBefore", () => {
  it("finds the record that holds", () => {
    const points = [{ time: 1 }, { time: 3 }, { time: 5 }];
    expect([0, 1, 2, 3, 9].map((time) => lastBefore(points, time))).toEqual([-1, 0, 0, 1, 2]);
    expect(lastBefore([], 3)).toBe(-1);
  });
});
