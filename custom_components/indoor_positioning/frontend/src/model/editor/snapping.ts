import type { Outline, Plan, Point } from "../../api/plan";
import { onFloor } from "../floors";
import { distance, edgesOf, nearestOnSegment } from "../geometry";

/** A line that shows what a point was aligned with. */
export interface Guide {
  readonly from: Point;
  readonly to: Point;
}

export interface Snapped {
  readonly point: Point;
  readonly guides: readonly Guide[];
}

/** What a point may be drawn to. */
export interface SnapTargets {
  readonly corners: readonly Point[];
  readonly edges: readonly (readonly [Point, Point])[];
}

export interface SnapOptions {
  /** Metres within which a target attracts. */
  readonly reach: number;
  /** Metres between the lines of the grid. */
  readonly grid: number;
  /** Points with which the new one shall make a right angle: those drawn just before and to be closed with. */
  readonly square?: readonly Point[];
}

/** Everything of a floor that has corners, save the outlines that are being moved themselves. */
export function targetsOn(plan: Plan, floor: string, without: readonly Outline[] = []): SnapTargets {
  const here = onFloor(plan, floor);
  const outlines = [...here.rooms, ...here.zones, ...here.stairs, ...here.openings]
    .map((one) => one.outline)
    .filter((outline): outline is Outline => outline !== null && !without.includes(outline));
  const walls = here.walls.map(({ from, to }): readonly [Point, Point] => [from, to]);
  return { corners: [...outlines.flat(), ...walls.flat()], edges: [...outlines.flatMap(edgesOf), ...walls] };
}

/**
 * Where a point is meant to be: on a corner, else on an edge, else square with its neighbours, else on the grid. What
 * is nearer than `reach` attracts, and of two alignments both do where they meet.
 */
export function snap(to: Point, targets: SnapTargets, options: SnapOptions): Snapped {
  const corner = nearest(to, targets.corners, options.reach);
  if (corner) return { point: corner, guides: [] };
  const square = options.square ?? [];
  const upright = nearestBy(square, (other) => Math.abs(other[0] - to[0]), options.reach);
  const level = nearestBy(square, (other) => Math.abs(other[1] - to[1]), options.reach);
  const edge = nearestEdge(to, targets.edges, options.reach);
  if (edge) return onEdge(edge, upright, level, options.reach);
  const point: Point = [
    upright ? upright[0] : onGrid(to[0], options.grid),
    level ? level[1] : onGrid(to[1], options.grid),
  ];
  const guides = [upright, level].flatMap((other): Guide[] => (other ? [{ from: other, to: point }] : []));
  return { point, guides };
}

/** A coordinate on the next line of the grid, without the dust of binary fractions. */
export function onGrid(value: number, grid: number): number {
  return tidy(Math.round(value / grid) * grid);
}

/** To a tenth of a millimetre. */
export function tidy(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

interface EdgePoint {
  readonly edge: readonly [Point, Point];
  readonly point: Point;
}

/** On an edge, and where the edge crosses the line that squares with a neighbour, there. */
function onEdge({ edge, point }: EdgePoint, upright: Point | null, level: Point | null, reach: number): Snapped {
  const [a, b] = edge;
  for (const [other, axis] of [[upright, 0] as const, [level, 1] as const]) {
    const run = b[axis] - a[axis];
    if (!other || Math.abs(run) < 1e-6) continue;
    const share = (other[axis] - a[axis]) / run;
    const crossing: Point = [tidy(a[0] + share * (b[0] - a[0])), tidy(a[1] + share * (b[1] - a[1]))];
    if (share >= 0 && share <= 1 && distance(crossing, point) <= reach) {
      return { point: crossing, guides: [{ from: other, to: crossing }] };
    }
  }
  return { point: [tidy(point[0]), tidy(point[1])], guides: [{ from: a, to: b }] };
}

function nearestEdge(to: Point, edges: SnapTargets["edges"], reach: number): EdgePoint | null {
  const found = edges.map((edge) => ({ edge, point: nearestOnSegment(edge[0], edge[1], to) }));
  return nearestBy(found, ({ point }) => distance(point, to), reach);
}

function nearest(to: Point, points: readonly Point[], reach: number): Point | null {
  return nearestBy(points, (point) => distance(point, to), reach);
}

function nearestBy<T>(things: readonly T[], measure: (thing: T) => number, reach: number): T | null {
  let best: T | null = null;
  let least = reach;
  for (const thing of things) {
    const value = measure(thing);
    if (value <= least) [best, least] = [thing, value];
  }
  return best;
}
