import { beforeEach, describe, expect, it } from "vitest";
import type { Outline, Plan, Point } from "../src/api/plan";
import { changesBetween, isEmpty } from "../src/model/editor/changes";
import {
  addBetween,
  addDoor,
  addWall,
  addZone,
  drawRoom,
  insertCorner,
  lead,
  moveBy,
  moveCorner,
  placeAnchor,
  raiseFloor,
  raiseRoom,
  rectangle,
  remove,
  removeCorner,
  renameZone,
  setOutline,
} from "../src/model/editor/edits";
import { PlanEditor } from "../src/model/editor/plan-editor";
import { handleAt, handlesOf, outlineOf, thingAt, type Selection } from "../src/model/editor/shapes";

const LEFT: Outline = rectangle([0, 0], [4, 3]);
const RIGHT: Outline = rectangle([4, 0], [8, 3]);
const KITCHEN: Selection = { kind: "rooms", id: "kitchen" };

function home(revision = "1"): Plan {
  return {
    revision,
    floors: [
      { id: "g", name: "Ground", level: 0, elevation: 0 },
      { id: "up", name: "Upper", level: 1, elevation: 2.7 },
    ],
    rooms: [
      { area_id: "kitchen", name: "Kitchen", floor_id: "g", outline: LEFT, elevation: null },
      { area_id: "hall", name: "Hall", floor_id: "g", outline: RIGHT, elevation: null },
      { area_id: "attic", name: "Attic", floor_id: "up", outline: null, elevation: null },
    ],
    anchors: [
      { source: "AA", name: "Kitchen proxy", area_id: "kitchen", floor_id: "g", x: 1, y: 1, height: 1.5 },
      { source: "BB", name: "Attic proxy", area_id: "attic", floor_id: "up", x: null, y: null, height: null },
    ],
    scanners: [{ source: "CC", name: "New proxy", area_id: null }],
    zones: [{ id: "z1", name: "Table", floor_id: "g", outline: rectangle([1, 1], [2, 2]) }],
    doors: [{ floor_id: "g", from: [4, 1], to: [4, 2] }],
    walls: [],
    stairs: [],
    openings: [],
    elevations: [],
  };
}

describe("edits", () => {
  it("carry a neighbour's corner along, so that rooms share their walls", () => {
    const moved = moveCorner(home(), KITCHEN, 1, [4.5, 0]);
    expect(outlineOf(moved, KITCHEN)?.[1]).toEqual([4.5, 0]);
    expect(outlineOf(moved, { kind: "rooms", id: "hall" })?.[0]).toEqual([4.5, 0]);
    expect(LEFT[1]).toEqual([4, 0]);
  });

  it("draw a new corner out of an edge, and take corners away down to three", () => {
    const more = insertCorner(home(), KITCHEN, 0, [2, -1]);
    expect(outlineOf(more, KITCHEN)).toHaveLength(5);
    let fewer = more;
    for (let times = 0; times < 9; times += 1) fewer = removeCorner(fewer, KITCHEN, 0);
    expect(outlineOf(fewer, KITCHEN)).toHaveLength(3);
  });

  it("give an anchor the room that it hangs in, or on the wall of", () => {
    const areaAt = (at: Point): unknown =>
      placeAnchor(home(), "AA", "g", at).anchors.find(({ source }) => source === "AA")?.area_id;
    expect(areaAt([6, 1])).toBe("hall");
    expect(areaAt([8.2, 1])).toBe("hall");
    expect(areaAt([20, 20])).toBe("kitchen");
  });

  it("make a scanner that is placed an anchor", () => {
    const plan = placeAnchor(home(), "CC", "g", [5, 1]);
    expect(plan.scanners).toEqual([]);
    expect(plan.anchors.at(-1)).toMatchObject({ source: "CC", area_id: "hall", x: 5, y: 1, floor_id: "g" });
  });

  it("undraw a room and take an anchor down without forgetting them", () => {
    expect(remove(home(), KITCHEN).rooms[0]).toMatchObject({ area_id: "kitchen", outline: null });
    expect(remove(home(), { kind: "anchors", id: "AA" }).anchors[0]).toMatchObject({ source: "AA", x: null, y: null });
  });

  it("move whole things", () => {
    expect(outlineOf(moveBy(home(), { kind: "zones", id: "z1" }, [1, -0.5]), { kind: "zones", id: "z1" })?.[0]).toEqual(
      [2, 0.5],
    );
    expect(moveBy(home(), { kind: "doors", id: "0" }, [0, 0.5]).doors[0]).toMatchObject({
      from: [4, 1.5],
      to: [4, 2.5],
    });
    expect(moveBy(home(), { kind: "anchors", id: "AA" }, [5, 0]).anchors[0]).toMatchObject({ x: 6, area_id: "hall" });
  });
});

describe("what lies under a finger", () => {
  it("is the smallest thing", () => {
    expect(thingAt(home(), "g", [1.05, 1], 0.2)).toEqual({ kind: "anchors", id: "AA" });
    expect(thingAt(home(), "g", [4.05, 1.5], 0.2)).toEqual({ kind: "doors", id: "0" });
    expect(thingAt(home(), "g", [1.8, 1.8], 0.2)).toEqual({ kind: "zones", id: "z1" });
    expect(thingAt(home(), "g", [3, 2.5], 0.2)).toEqual(KITCHEN);
    expect(thingAt(home(), "up", [3, 2.5], 0.2)).toBeNull();
  });

  it("is a corner before the middle of an edge", () => {
    const handles = handlesOf(home(), { kind: "zones", id: "z1" });
    expect(handles).toHaveLength(8);
    expect(handleAt(handles, [1.3, 1], 0.35)).toMatchObject({ index: 0, middle: false });
    expect(handleAt(handles, [1.5, 1.02], 0.2)).toMatchObject({ index: 0, middle: true });
    expect(handleAt(handles, [3, 3], 0.2)).toBeNull();
  });
});

describe("changes", () => {
  it("name only what differs", () => {
    expect(changesBetween(home(), home("2"))).toEqual({});
    const attic = drawRoom(home(), { area_id: "attic", name: "Attic" }, "up", LEFT);
    expect(changesBetween(home(), attic)).toEqual({ rooms: [{ area_id: "attic", outline: LEFT, elevation: null }] });
    const placed = placeAnchor(home(), "CC", "g", [5, 1]);
    expect(changesBetween(home(), placed)).toEqual({
      anchors: [{ source: "CC", area_id: "hall", x: 5, y: 1, height: null }],
    });
  });

  it("tell new zones from known ones", () => {
    const { plan } = addZone(renameZone(home(), "z1", "Desk"), "Sofa", "g", LEFT);
    const { zones } = changesBetween(home(), plan);
    expect(zones).toEqual([
      { id: "z1", name: "Desk", floor_id: "g", outline: rectangle([1, 1], [2, 2]) },
      { name: "Sofa", floor_id: "g", outline: LEFT },
    ]);
    expect(changesBetween(home(), remove(home(), { kind: "zones", id: "z1" }))).toEqual({ remove_zones: ["z1"] });
  });

  it("give doors and walls as whole lists", () => {
    const plan = addWall(addDoor(home(), "g", [0, 1], [0, 2]), "g", [1, 0], [1, 3]);
    const changes = changesBetween(home(), plan);
    expect(changes.doors).toHaveLength(2);
    expect(changes.walls).toEqual([{ floor_id: "g", from: [1, 0], to: [1, 3], attenuation: null }]);
    expect(changes.stairs).toBeUndefined();
  });
});

describe("openings", () => {
  const WELL: Selection = { kind: "openings", id: "0" };

  it("are drawn, led elsewhere, moved, found and taken away like stairs", () => {
    const drawn = addBetween(home(), "openings", "g", "up", rectangle([5, 1], [6, 2]));
    expect(drawn.stairs).toEqual([]);
    expect(changesBetween(home(), drawn).openings).toHaveLength(1);
    expect(thingAt(drawn, "up", [5.5, 1.5], 0.1)).toEqual(WELL);
    expect(outlineOf(moveBy(drawn, WELL, [1, 0]), WELL)?.[0]).toEqual([6, 1]);
    expect(lead(drawn, "openings", "0", "g").openings[0]?.to_floor_id).toBe("g");
    expect(remove(drawn, WELL).openings).toEqual([]);
  });
});

describe("rooms", () => {
  it("are raised, and let down again", () => {
    const raised = raiseRoom(home(), "hall", -0.6);
    expect(changesBetween(home(), raised)).toEqual({
      rooms: [{ area_id: "hall", outline: RIGHT, elevation: -0.6 }],
    });
    expect(changesBetween(home(), raiseRoom(raised, "hall", null))).toEqual({});
  });

  it("keep their height while somebody else draws another", () => {
    const editor = new PlanEditor(home());
    editor.apply(raiseRoom(editor.plan, "hall", -0.6));
    editor.rebase(setOutline(home("2"), KITCHEN, rectangle([0, 0], [4, 2])));
    expect(editor.changes.rooms).toEqual([{ area_id: "hall", outline: RIGHT, elevation: -0.6 }]);
    expect(outlineOf(editor.plan, KITCHEN)?.[2]).toEqual([4, 2]);
  });
});

describe("floors", () => {
  it("are told how high they lie, and told no more", () => {
    const told = raiseFloor(raiseFloor(home(), "up", 3.1), "g", 0.4);
    expect(changesBetween(home(), told)).toEqual({
      elevations: [
        { floor_id: "g", elevation: 0.4 },
        { floor_id: "up", elevation: 3.1 },
      ],
    });
    expect(changesBetween(told, raiseFloor(told, "up", 3.1))).toEqual({});
    expect(raiseFloor(told, "g", null).elevations).toEqual([{ floor_id: "up", elevation: 3.1 }]);
  });

  it("keep the height that is told while somebody else saves", () => {
    const editor = new PlanEditor(home());
    editor.apply(raiseFloor(editor.plan, "up", 3.1));
    editor.rebase({ ...home("2"), doors: [] });
    expect(editor.changes).toEqual({ elevations: [{ floor_id: "up", elevation: 3.1 }] });
  });
});

describe("the editor", () => {
  let editor: PlanEditor;

  beforeEach(() => {
    editor = new PlanEditor(home());
  });

  it("goes back and forth, a gesture at a time", () => {
    editor.preview(moveCorner(editor.plan, KITCHEN, 0, [-1, 0]));
    editor.preview(moveCorner(home(), KITCHEN, 0, [-2, 0]));
    expect(editor.canUndo).toBe(false);
    editor.settle();
    expect(outlineOf(editor.plan, KITCHEN)?.[0]).toEqual([-2, 0]);
    editor.undo();
    expect(outlineOf(editor.plan, KITCHEN)?.[0]).toEqual([0, 0]);
    expect(editor.dirty).toBe(false);
    editor.redo();
    expect(outlineOf(editor.plan, KITCHEN)?.[0]).toEqual([-2, 0]);
    editor.apply(remove(editor.plan, KITCHEN));
    expect(editor.canRedo).toBe(false);
  });

  it("forgets a gesture that is taken back, and one that changed nothing", () => {
    editor.preview(moveCorner(editor.plan, KITCHEN, 0, [-1, 0]));
    editor.revert();
    expect(editor.plan).toEqual(home());
    editor.apply({ ...editor.plan });
    expect(editor.canUndo).toBe(false);
  });

  it("lets go of a selection that is gone", () => {
    editor.select({ kind: "zones", id: "z1" });
    editor.apply(remove(editor.plan, { kind: "zones", id: "z1" }));
    expect(editor.selection).toBeNull();
  });

  it("tells its watchers", () => {
    let told = 0;
    editor.watch(() => {
      told += 1;
    });
    editor.select(KITCHEN);
    editor.apply(remove(editor.plan, KITCHEN));
    editor.undo();
    expect(told).toBe(3);
  });

  it("has nothing to undo or to save after saving", () => {
    editor.apply(remove(editor.plan, KITCHEN));
    editor.saved(editor.plan);
    expect([editor.dirty, editor.canUndo, isEmpty(editor.changes)]).toEqual([false, false, true]);
  });

  it("keeps both changes when somebody else has saved meanwhile", () => {
    const mine = rectangle([0, 0], [5, 5]);
    editor.apply(drawRoom(editor.plan, { area_id: "attic", name: "Attic" }, "up", mine));
    editor.apply(addZone(editor.plan, "Sofa", "g", LEFT).plan);
    editor.apply(placeAnchor(editor.plan, "AA", "g", [2, 2]));
    const theirs = addDoor(moveCorner(home("2"), { kind: "rooms", id: "hall" }, 1, [9, 0]), "g", [0, 1], [0, 2]);
    editor.rebase(theirs);
    expect(editor.revision).toBe("2");
    expect(outlineOf(editor.plan, { kind: "rooms", id: "attic" })).toEqual(mine);
    expect(outlineOf(editor.plan, { kind: "rooms", id: "hall" })?.[1]).toEqual([9, 0]);
    expect(editor.plan.doors).toHaveLength(2);
    expect(editor.plan.zones.map(({ name }) => name)).toEqual(["Table", "Sofa"]);
    expect(editor.changes).toMatchObject({
      rooms: [{ area_id: "attic" }],
      zones: [{ name: "Sofa" }],
      anchors: [{ source: "AA", x: 2, y: 2 }],
    });
    expect(editor.changes.doors).toBeUndefined();
    editor.undo();
    expect(editor.plan.anchors[0]).toMatchObject({ x: 1, y: 1 });
  });

  it("keeps an own undrawing over somebody else's change, and drops what is gone", () => {
    editor.apply(remove(editor.plan, KITCHEN));
    editor.apply(renameZone(editor.plan, "z1", "Desk"));
    const theirs = remove(home("2"), { kind: "zones", id: "z1" });
    editor.rebase(theirs);
    expect(outlineOf(editor.plan, KITCHEN)).toBeNull();
    expect(editor.plan.zones).toEqual([]);
  });
});
