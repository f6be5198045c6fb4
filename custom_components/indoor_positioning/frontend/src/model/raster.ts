import type { Point } from "../api/plan";

/** Values of square cells: `points` are their middles, `size` their edge in metres. */
export interface Cells {
  readonly points: readonly Point[];
  readonly values: readonly number[];
  readonly size: number;
}

/** Red, green, blue and opacity, 0 to 255, of a value between 0 and 1. */
export type Ramp = (value: number) => readonly [number, number, number, number];

/** A picture with one pixel a cell, its first row the uppermost; `left` and `top` in metres. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly size: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** More pixels than any home has cells. */
const MAX_PIXELS = 4_000_000;

export function rasterOf({ points, values, size }: Cells, ramp: Ramp): Raster | null {
  if (points.length === 0 || size <= 0) return null;
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const extent = (all: readonly number[]): [number, number] =>
    all.reduce(([least, most], one) => [Math.min(least, one), Math.max(most, one)], [Infinity, -Infinity]);
  const [[left, right], [bottom, top]] = [extent(xs), extent(ys)];
  // One empty cell all around, so that the picture fades at its edges as it does inside.
  const [width, height] = [Math.round((right - left) / size) + 3, Math.round((top - bottom) / size) + 3];
  if (width * height > MAX_PIXELS) return null;
  const pixels = new Uint8ClampedArray(4 * width * height);
  points.forEach(([x, y], i) => {
    const column = Math.round((x - left) / size) + 1;
    const row = Math.round((top - y) / size) + 1;
    pixels.set(ramp(values[i] ?? 0), 4 * (row * width + column));
  });
  return { width, height, left: left - 1.5 * size, top: top + 1.5 * size, size, pixels };
}

type Stop = readonly [number, number, number, number];

/** A ramp through colours at equal distances. */
export function rampThrough(...stops: readonly [Stop, Stop, ...Stop[]]): Ramp {
  return (value) => {
    const place = Math.min(1, Math.max(0, value)) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(place));
    const [from, to] = [stops[i] ?? stops[0], stops[i + 1] ?? stops[0]];
    const mix = (channel: 0 | 1 | 2 | 3): number => from[channel] + (place - i) * (to[channel] - from[channel]);
    return [mix(0), mix(1), mix(2), mix(3)];
  };
}

/** From hardly ever to most of the time. */
export const DWELL_RAMP = rampThrough([255, 193, 7, 70], [255, 122, 0, 165], [216, 27, 96, 215]);
