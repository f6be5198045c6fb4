import type { TrackHeat } from "../api/tracks";
import type { Cells } from "./raster";

/** The time that several beacons have spent in each cell, as shares of the longest (0 to 1), and that longest time. */
export interface Dwell {
  readonly cells: Cells;
  /** Seconds. */
  readonly longest: number;
}

/**
 * A night in bed is a thousand times a walk through the hall, and both are to be seen: shown is the cube root of the
 * time.
 */
export function dwellOf(heats: readonly TrackHeat[]): Dwell | null {
  const sums = new Map<string, { point: TrackHeat["points"][number]; seconds: number }>();
  for (const { points, seconds } of heats) {
    points.forEach((point, i) => {
      const key = point.join();
      const sum = sums.get(key) ?? { point, seconds: 0 };
      sum.seconds += seconds[i] ?? 0;
      sums.set(key, sum);
    });
  }
  const spent = [...sums.values()].filter((sum) => sum.seconds > 0);
  const longest = Math.max(0, ...spent.map((sum) => sum.seconds));
  const size = heats[0]?.size;
  if (size === undefined || longest === 0) return null;
  const values = spent.map((sum) => Math.cbrt(sum.seconds / longest));
  return { cells: { points: spent.map((sum) => sum.point), values, size }, longest };
}
