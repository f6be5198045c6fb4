import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatDuration,
  formatLength,
  formatMoment,
  formatShare,
  toMetres,
  toUnit,
  unitsOf,
} from "../src/model/units";

const METRIC = unitsOf("km", "en-GB");
const IMPERIAL = unitsOf("mi", "en-US");

describe("units", () => {
  it("are the household's", () => {
    expect(formatLength(METRIC, 1.44)).toBe("1.4 m");
    expect(formatLength(IMPERIAL, 1.44)).toBe("4.7 ft");
    expect(formatLength(unitsOf("km", "de"), 1.44)).toBe("1,4 m");
    expect(toMetres(IMPERIAL, toUnit(IMPERIAL, 3.2))).toBeCloseTo(3.2);
    expect(toUnit(METRIC, 3.2)).toBe(3.2);
  });

  it("are readable", () => {
    expect(formatShare(METRIC, 0.873)).toBe("87%");
    expect(formatAgo(METRIC, 1000, 1075)).toBe("1 minute ago");
    expect(formatAgo(METRIC, 1000, 1000)).toBe("now");
    expect(formatAgo(METRIC, 1000, 90000)).toBe("yesterday");
    expect([45, 600, 86400, 7 * 86400].map((seconds) => formatDuration(METRIC, seconds))).toEqual([
      "45 secs",
      "10 mins",
      "24 hrs",
      "7 days",
    ]);
    expect(formatMoment(METRIC, 0)).toMatch(/^\w{3},? \d\d:00:00$/);
  });
});
