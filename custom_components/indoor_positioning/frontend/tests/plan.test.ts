import { describe, expect, it } from "vitest";
import type { BeaconRow } from "../src/api/live";
import type { Plan } from "../src/api/plan";
import { coloursOf } from "../src/model/colours";
import { busiestFloor, crowdsOf, firstFloor, floorBounds, isDrawn, onFloor, roomName } from "../src/model/floors";
import { roomLights } from "../src/model/room-lights";

const PLAN: Plan = {
  revision: "1",
  floors: [
    { id: "cellar", name: "Cellar", level: -1, elevation: -2.7 },
    { id: "ground", name: "Ground floor", level: 0, elevation: 0 },
  ],
  rooms: [
    { area_id: "store", name: "Store", floor_id: "cellar", outline: null, elevation: null },
    {
      area_id: "hall",
      name: "Hall",
      floor_id: "ground",
      outline: [
        [0, 0],
        [3, 0],
        [3, 2],
      ],
      elevation: null,
    },
  ],
  anchors: [
    { source: "aa", name: "A", area_id: "hall", floor_id: "ground", x: 5, y: -1, height: 2 },
    { source: "bb", name: "B", area_id: "hall", floor_id: "ground", x: null, y: null, height: null },
  ],
  scanners: [],
  zones: [],
  doors: [],
  walls: [],
  elevations: [],
  openings: [],
  stairs: [{ from_floor_id: "cellar", to_floor_id: "ground", outline: [[0, 0]] }],
};

describe("a plan", () => {
  it("is shown floor by floor, stairs on both", () => {
    expect(onFloor(PLAN, "cellar").stairs).toHaveLength(1);
    expect(onFloor(PLAN, "ground").stairs).toHaveLength(1);
    expect(onFloor(PLAN, "cellar").anchors).toEqual([]);
  });

  it("has the extent of what is drawn", () => {
    expect(floorBounds(PLAN, "ground")).toEqual({ left: 0, right: 5, bottom: -1, top: 2 });
    expect(floorBounds(PLAN, "attic")).toBeNull();
    expect(isDrawn(PLAN, "cellar")).toBe(false);
  });

  it("begins on the wanted floor, or the first that is drawn", () => {
    expect(firstFloor(PLAN)?.id).toBe("ground");
    expect(firstFloor(PLAN, "cellar")?.id).toBe("cellar");
    expect(firstFloor(PLAN, "gone")?.id).toBe("ground");
    expect(firstFloor({ ...PLAN, floors: [] })).toBeUndefined();
    expect(roomName(PLAN, "hall")).toBe("Hall");
    expect(roomName(PLAN, null)).toBeNull();
  });
});

describe("crowds", () => {
  it("are where most beacons are, without those that are away", () => {
    const crowds = crowdsOf([
      { state: "here", floor: "ground" },
      { state: "here", floor: "upper" },
      { state: "here", floor: "upper" },
      { state: "away", floor: "ground" },
      { state: "here", floor: null },
    ]);
    expect([...crowds]).toEqual([
      ["ground", 1],
      ["upper", 2],
    ]);
    expect(busiestFloor(crowds)).toBe("upper");
    expect(busiestFloor(new Map())).toBeUndefined();
  });
});

describe("lights", () => {
  const row = (rooms: Record<string, number>): BeaconRow => ({ state: "here", rooms }) as unknown as BeaconRow;
  const beacons = new Map([
    ["keys", row({ hall: 0.9, store: 0.01 })],
    ["cat", row({ hall: 0.5, bath: 0.5 })],
  ]);
  const colours = coloursOf(beacons.keys());

  it("have the colour of the likeliest beacon", () => {
    const lights = roomLights(beacons, colours, null);
    expect(lights.get("hall")?.colour).toBe(colours.get("keys"));
    expect(lights.get("bath")?.colour).toBe(colours.get("cat"));
    expect(lights.has("store")).toBe(false);
    expect(lights.get("hall")?.strength).toBeGreaterThan(lights.get("bath")?.strength ?? 1);
  });

  it("follow the chosen one", () => {
    expect([...roomLights(beacons, colours, "cat").keys()]).toEqual(["hall", "bath"]);
  });

  it("tell beacons apart, whatever their order", () => {
    expect(colours.get("keys")).not.toBe(colours.get("cat"));
    expect(coloursOf(["keys", "cat"])).toEqual(coloursOf(["cat", "keys"]));
  });
});
