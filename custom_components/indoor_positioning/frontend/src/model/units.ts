/** Lengths as the household measures them; inside everything is in metres. */

const METRES_PER_FOOT = 0.3048;

export interface Units {
  readonly imperial: boolean;
  readonly language: string;
}

/** Home Assistant names the unit of long distances: kilometres or miles. */
export function unitsOf(longDistance: string, language: string): Units {
  return { imperial: longDistance === "mi", language };
}

export function toUnit(units: Units, metres: number): number {
  return units.imperial ? metres / METRES_PER_FOOT : metres;
}

export function toMetres(units: Units, value: number): number {
  return units.imperial ? value * METRES_PER_FOOT : value;
}

/** As people read it: 1.4 m, 4.6 ft. */
export function formatLength(units: Units, metres: number, decimals = 1): string {
  const formatter = new Intl.NumberFormat(units.language, {
    style: "unit",
    unit: units.imperial ? "foot" : "meter",
    unitDisplay: "short",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return formatter.format(toUnit(units, metres));
}

export function formatShare(units: Units, share: number): string {
  return new Intl.NumberFormat(units.language, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago, to one unit: "3 minutes ago". Seconds since the epoch. */
export function formatAgo(units: Units, then: number, now: number): string {
  const past = Math.max(0, now - then);
  const [unit, length] = STEPS.find(([, step]) => past >= step) ?? (["second", 1] as const);
  const formatter = new Intl.RelativeTimeFormat(units.language, { numeric: "auto" });
  return formatter.format(-Math.floor(past / length), unit);
}

/** The sign of the unit: m, ft. */
export function lengthUnit(units: Units): string {
  return units.imperial ? "ft" : "m";
}

/** As people read it: 14.5 m², 156 ft². */
export function formatArea(units: Units, squareMetres: number): string {
  const value = units.imperial ? squareMetres / METRES_PER_FOOT ** 2 : squareMetres;
  const digits = units.imperial ? 0 : 1;
  const formatter = new Intl.NumberFormat(units.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${formatter.format(value)} ${lengthUnit(units)}²`;
}

/** A moment of the last days: weekday and time of day. Seconds since the epoch. */
export function formatMoment(units: Units, moment: number): string {
  const formatter = new Intl.DateTimeFormat(units.language, {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return formatter.format(moment * 1000);
}

/** About how long, in one unit: 45 min, 6 hr, 2 days. */
export function formatDuration(units: Units, seconds: number): string {
  const [unit, length] = STEPS.find(([, step]) => seconds >= step) ?? (["second", 1] as const);
  // A day is better told in hours, a week is not.
  const [shown, divisor] = unit === "day" && seconds < 2 * length ? (["hour", 3600] as const) : [unit, length];
  const formatter = new Intl.NumberFormat(units.language, {
    style: "unit",
    unit: shown,
    unitDisplay: "short",
    maximumFractionDigits: 0,
  });
  return formatter.format(seconds / divisor);
}
