import { describe, expect, it } from "vitest";
import type { Plan, Point } from "../src/api/plan";
import { onGrid, snap, targetsOn, type SnapTargets } from "../src/model/editor/snapping";

const NOTHING: SnapTargets = { corners: [], edges: [] };
const OPTIONS = { reach: 0.3, grid: 0.1 };

describe("snapping", () => {
  it("takes a corner before everything else", () => {
    const targets: SnapTargets = {
      corners: [[1, 1]],
      edges: [
        [
          [0, 1.1],
          [5, 1.1],
        ],
      ],
    };
    expect(snap([1.2, 1.15], targets, { ...OPTIONS, square: [[1.3, 9]] })).toEqual({ point: [1, 1], guides: [] });
  });

  it("goes onto a slanting edge", () => {
    const { point } = snap(
      [1.1, 0.9],
      {
        corners: [],
        edges: [
          [
            [0, 0],
            [4, 4],
          ],
        ],
      },
      OPTIONS,
    );
    expect(point).toEqual([1, 1]);
  });

  it("goes where an edge meets the right angle with the corner before", () => {
    const edges: SnapTargets["edges"] = [
      [
        [0, 3],
        [10, 3],
      ],
    ];
    const { point, guides } = snap([2.1, 2.9], { corners: [], edges }, { ...OPTIONS, square: [[2, 0]] });
    expect(point).toEqual([2, 3]);
    expect(guides).toEqual([{ from: [2, 0], to: [2, 3] }]);
  });

  it("squares with two corners at once, and else falls on the grid", () => {
    const square: Point[] = [
      [0, 4],
      [6, 0],
    ];
    expect(snap([6.1, 3.9], NOTHING, { ...OPTIONS, square }).point).toEqual([6, 4]);
    expect(snap([3.14, 3.94], NOTHING, { ...OPTIONS, square }).point).toEqual([3.1, 4]);
    expect(snap([3.14, 2.26], NOTHING, OPTIONS).point).toEqual([3.1, 2.3]);
  });

  it("leaves no dust of binary fractions", () => {
    expect(onGrid(0.30000000004, 0.1)).toBe(0.3);
    expect(onGrid(-1.24, 0.1)).toBe(-1.2);
  });

  it("offers a floor's outlines and walls, but not what is moved itself", () => {
    const own: Point[] = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    const plan: Plan = {
      revision: "1",
      floors: [],
      rooms: [
        { area_id: "a", name: "A", floor_id: "g", outline: own, elevation: null },
        { area_id: "b", name: "B", floor_id: "up", outline: own, elevation: null },
        { area_id: "c", name: "C", floor_id: "g", outline: null, elevation: null },
      ],
      anchors: [],
      scanners: [],
      zones: [],
      doors: [],
      walls: [{ floor_id: "g", from: [5, 5], to: [6, 5], attenuation: null }],
      stairs: [],
      openings: [],
      elevations: [],
    };
    expect(targetsOn(plan, "g").corners).toEqual([...own, [5, 5], [6, 5]]);
    expect(targetsOn(plan, "g", [own]).corners).toEqual([
      [5, 5],
      [6, 5],
    ]);
    expect(targetsOn(plan, "g").edges).toHaveLength(4);
  });
});
