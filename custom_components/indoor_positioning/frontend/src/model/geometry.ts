import type { Outline, Point } from "../api/plan";

export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

export function boundsOf(points: Iterable<Point>): Bounds | null {
  let bounds: Bounds | null = null;
  for (const [x, y] of points) {
    bounds ??= { left: x, right: x, bottom: y, top: y };
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.bottom = Math.min(bounds.bottom, y);
    bounds.top = Math.max(bounds.top, y);
  }
  return bounds;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The edges of an outline, the last one closing it. */
export function edgesOf(outline: Outline): [Point, Point][] {
  return outline.flatMap((corner, i) => {
    const next = outline[(i + 1) % outline.length];
    return next ? [[corner, next] as [Point, Point]] : [];
  });
}

/** In square metres, whichever way round the corners go. */
export function areaOf(outline: Outline): number {
  return Math.abs(edgesOf(outline).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;
}

/** Whether a point lies inside; of points on the edge, some do. */
export function contains(outline: Outline, [x, y]: Point): boolean {
  const crossings = edgesOf(outline).filter(
    ([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax,
  );
  return crossings.length % 2 === 1;
}

/** The point of the segment from `a` to `b` that lies nearest to `to`. */
export function nearestOnSegment(a: Point, b: Point, to: Point): Point {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length2 = dx * dx + dy * dy;
  if (length2 === 0) return a;
  const share = Math.min(1, Math.max(0, ((to[0] - a[0]) * dx + (to[1] - a[1]) * dy) / length2));
  return [a[0] + share * dx, a[1] + share * dy];
}

/** Metres from a point to the edge of an outline, negative outside of it. */
export function depthIn(outline: Outline, point: Point): number {
  const toEdge = Math.min(...edgesOf(outline).map(([a, b]) => distance(point, nearestOnSegment(a, b, point))));
  return contains(outline, point) ? toEdge : -toEdge;
}

/** How finely a place for a label is looked for: steps along the longer side. */
const LABEL_STEPS = 24;

/** A place deep inside an outline, where a label fits best; also where its centre lies outside, as in an L. */
export function labelPoint(outline: Outline): Point | null {
  const bounds = boundsOf(outline);
  if (!bounds) return null;
  const middle: Point = [(bounds.left + bounds.right) / 2, (bounds.bottom + bounds.top) / 2];
  const step = Math.max(bounds.right - bounds.left, bounds.top - bounds.bottom) / LABEL_STEPS;
  if (step === 0) return middle;
  let best = middle;
  // Of places that are about as deep the most central one looks best, as in a long corridor.
  const merit = (point: Point): number => depthIn(outline, point) - 0.2 * distance(point, middle);
  let bestMerit = merit(middle);
  for (let x = bounds.left + step / 2; x < bounds.right; x += step) {
    for (let y = bounds.bottom + step / 2; y < bounds.top; y += step) {
      const candidate = merit([x, y]);
      if (candidate > bestMerit + 1e-9) [best, bestMerit] = [[x, y], candidate];
    }
  }
  return best;
}
