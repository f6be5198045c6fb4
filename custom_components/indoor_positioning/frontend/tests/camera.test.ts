import { describe, expect, it } from "vitest";
import {
  fit,
  MAX_SCALE,
  MIN_SCALE,
  pan,
  toPlan,
  toScreen,
  zoomAt,
  type Camera,
  type Margins,
} from "../src/model/camera";

const even = (margin: number): Margins => ({ left: margin, right: margin, top: margin, bottom: margin });
const SIZE = { width: 800, height: 600 };

describe("camera", () => {
  it("goes there and back", () => {
    const camera: Camera = { scale: 37, x: 12, y: 340 };
    const [x, y] = toPlan(camera, toScreen(camera, [3.2, -1.7]));
    expect(x).toBeCloseTo(3.2);
    expect(y).toBeCloseTo(-1.7);
  });

  it("shows all of a plan in the middle, with y upwards", () => {
    const camera = fit({ left: 0, right: 10, bottom: 0, top: 5 }, SIZE, even(50));
    expect(camera.scale).toBe(70);
    expect(toScreen(camera, [0, 0])).toEqual([50, 475]);
    expect(toScreen(camera, [10, 5])).toEqual([750, 125]);
  });

  it("leaves the margins free", () => {
    const camera = fit({ left: 0, right: 10, bottom: 0, top: 10 }, SIZE, { left: 20, right: 80, top: 60, bottom: 40 });
    expect(toScreen(camera, [0, 10])).toEqual([120, 60]);
    expect(toScreen(camera, [10, 0])).toEqual([620, 560]);
  });

  it("shows something where nothing is drawn, and where all is one point", () => {
    expect(fit(null, SIZE, even(20)).scale).toBeGreaterThan(MIN_SCALE);
    const [x, y] = toScreen(fit({ left: 3, right: 3, bottom: 2, top: 2 }, SIZE, even(20)), [3, 2]);
    expect([x, y]).toEqual([400, 300]);
    expect(Number.isFinite(fit(null, { width: 1, height: 1 }, even(20)).scale)).toBe(true);
  });

  it("zooms around a point, within limits", () => {
    const camera = fit(null, SIZE, even(20));
    const under = toPlan(camera, [123, 456]);
    const near = zoomAt(camera, [123, 456], 3);
    expect(near.scale).toBeCloseTo(3 * camera.scale);
    expect(toPlan(near, [123, 456])[0]).toBeCloseTo(under[0]);
    expect(toPlan(near, [123, 456])[1]).toBeCloseTo(under[1]);
    expect(zoomAt(camera, [0, 0], 1e6).scale).toBe(MAX_SCALE);
    expect(zoomAt(camera, [0, 0], 1e-6).scale).toBe(MIN_SCALE);
  });

  it("moves by pixels", () => {
    expect(pan({ scale: 10, x: 1, y: 2 }, 5, -3)).toEqual({ scale: 10, x: 6, y: -1 });
  });
});
