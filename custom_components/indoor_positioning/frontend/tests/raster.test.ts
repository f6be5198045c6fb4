import { describe, expect, it } from "vitest";
import { dwellOf } from "../src/model/dwell";
import { rampThrough, rasterOf } from "../src/model/raster";

const GREY = rampThrough([0, 0, 0, 255], [200, 200, 200, 255]);

describe("a raster of cells", () => {
  it("has a pixel for each cell, the upper row first, and an empty edge", () => {
    const cells = {
      points: [
        [1.25, 2.25],
        [2.25, 1.75],
      ] as const,
      values: [1, 0.5],
      size: 0.5,
    };
    const raster = rasterOf(cells, GREY);
    expect(raster).toMatchObject({ width: 5, height: 4, left: 0.5, top: 3 });
    const pixel = (column: number, row: number): number[] =>
      [...(raster?.pixels ?? [])].slice(4 * (row * 5 + column), 4 * (row * 5 + column) + 4);
    expect(pixel(1, 1)).toEqual([200, 200, 200, 255]);
    expect(pixel(3, 2)).toEqual([100, 100, 100, 255]);
    expect(pixel(0, 0)).toEqual([0, 0, 0, 0]);
    expect(pixel(2, 1)).toEqual([0, 0, 0, 0]);
  });

  it("is nothing where there are no cells, or far too many", () => {
    expect(rasterOf({ points: [], values: [], size: 0.5 }, GREY)).toBeNull();
    const far = [
      [0, 0],
      [1e6, 1e6],
    ] as const;
    expect(rasterOf({ points: far, values: [1, 1], size: 0.5 }, GREY)).toBeNull();
  });
});

describe("ramps", () => {
  it("mix neighbours and stop at their ends", () => {
    expect(GREY(0.25)).toEqual([50, 50, 50, 255]);
    expect(GREY(7)).toEqual([200, 200, 200, 255]);
    expect(GREY(-1)).toEqual([0, 0, 0, 255]);
  });
});

describe("time spent", () => {
  it("of several beacons is added up", () => {
    const dwell = dwellOf([
      { points: [[0.25, 0.25]], seconds: [1], size: 0.5 },
      {
        points: [
          [0.25, 0.25],
          [0.75, 0.25],
        ],
        seconds: [7, 1],
        size: 0.5,
      },
    ]);
    expect(dwell?.longest).toBe(8);
    expect(dwell?.cells.values).toEqual([1, 0.5]);
  });

  it("is nothing where nobody was", () => {
    expect(dwellOf([])).toBeNull();
    expect(dwellOf([{ points: [], seconds: [], size: 0.5 }])).toBeNull();
  });
});
