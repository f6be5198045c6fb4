import { describe, expect, it } from "vitest";
import type { Outline } from "../src/api/plan";
import { areaOf, boundsOf, contains, depthIn, labelPoint, nearestOnSegment } from "../src/model/geometry";

const SQUARE: Outline = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
];
const L_SHAPE: Outline = [
  [0, 0],
  [6, 0],
  [6, 1],
  [1, 1],
  [1, 6],
  [0, 6],
];

describe("outlines", () => {
  it("have an area, whichever way round they go", () => {
    expect(areaOf(SQUARE)).toBe(16);
    expect(areaOf([...SQUARE].reverse())).toBe(16);
    expect(areaOf(L_SHAPE)).toBe(11);
    expect(areaOf([])).toBe(0);
  });

  it("contain what lies inside, also where they are not convex", () => {
    expect(contains(SQUARE, [1, 3])).toBe(true);
    expect(contains(SQUARE, [-0.1, 3])).toBe(false);
    expect(contains(L_SHAPE, [0.5, 5])).toBe(true);
    expect(contains(L_SHAPE, [3, 3])).toBe(false);
  });

  it("tell how deep inside something is", () => {
    expect(depthIn(SQUARE, [1, 2])).toBe(1);
    expect(depthIn(SQUARE, [6, 2])).toBe(-2);
  });

  it("have their label inside, near the middle", () => {
    const middle = labelPoint(SQUARE);
    expect(middle?.[0]).toBeCloseTo(2, 0);
    expect(middle?.[1]).toBeCloseTo(2, 0);
    const inL = labelPoint(L_SHAPE);
    expect(inL && contains(L_SHAPE, inL)).toBe(true);
    expect(labelPoint([])).toBeNull();
  });
});

describe("points", () => {
  it("have bounds", () => {
    expect(boundsOf(L_SHAPE)).toEqual({ left: 0, right: 6, bottom: 0, top: 6 });
    expect(boundsOf([])).toBeNull();
  });

  it("are nearest to a segment at its end or between", () => {
    expect(nearestOnSegment([0, 0], [4, 0], [1, 3])).toEqual([1, 0]);
    expect(nearestOnSegment([0, 0], [4, 0], [9, 3])).toEqual([4, 0]);
    expect(nearestOnSegment([2, 2], [2, 2], [9, 3])).toEqual([2, 2]);
  });
});
