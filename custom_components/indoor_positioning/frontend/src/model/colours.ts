/** Told apart by most people, on light and on dark. */
const COLOURS = [
  "#1e88e5",
  "#e8590c",
  "#2b9348",
  "#9c36b5",
  "#d6336c",
  "#0c8599",
  "#b08900",
  "#5c7cfa",
  "#8d6e63",
  "#74b816",
] as const;

/** A colour for each beacon; the same as long as none comes or goes. */
export function coloursOf(beacons: Iterable<string>): Map<string, string> {
  return new Map([...beacons].sort().map((id, i) => [id, COLOURS[i % COLOURS.length] ?? COLOURS[0]]));
}
