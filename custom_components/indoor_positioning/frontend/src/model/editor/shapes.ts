import type { Outline, Plan, Point } from "../../api/plan";
import { onFloor } from "../floors";
import { contains, distance, edgesOf, nearestOnSegment } from "../geometry";

/** What has an outline and what is a line, by the names of their lists in the plan. */
export type BetweenKind = "stairs" | "openings";
export type OutlineKind = "rooms" | "zones" | BetweenKind;
export type SegmentKind = "doors" | "walls";

/** One thing of the plan. Rooms are named by their area, anchors by their source, what has no name by its place in the list. */
export interface Selection {
  readonly kind: OutlineKind | SegmentKind | "anchors";
  readonly id: string;
}

/** A corner of an outline or an end of a line, or the middle of an edge, from which a new corner is drawn. */
export interface Handle {
  readonly point: Point;
  readonly index: number;
  readonly middle: boolean;
}

/** Whether things of this kind lead from one floor to another. */
export function isBetween(kind: string): kind is BetweenKind {
  return kind === "stairs" || kind === "openings";
}

export function isSame(a: Selection | null, b: Selection | null): boolean {
  return a?.kind === b?.kind && a?.id === b?.id;
}

export function outlineOf(plan: Plan, { kind, id }: Selection): Outline | null {
  if (kind === "rooms") return plan.rooms.find((room) => room.area_id === id)?.outline ?? null;
  if (kind === "zones") return plan.zones.find((zone) => zone.id === id)?.outline ?? null;
  return isBetween(kind) ? (plan[kind][Number(id)]?.outline ?? null) : null;
}

export function segmentOf(plan: Plan, { kind, id }: Selection): readonly [Point, Point] | null {
  if (kind !== "doors" && kind !== "walls") return null;
  const line = plan[kind][Number(id)];
  return line ? [line.from, line.to] : null;
}

export function stillThere(plan: Plan, selection: Selection): boolean {
  if (selection.kind === "anchors") return plan.anchors.some(({ source, x }) => source === selection.id && x !== null);
  return (outlineOf(plan, selection) ?? segmentOf(plan, selection)) !== null;
}

/** Where a thing can be taken: its corners, and the middles of its edges. */
export function handlesOf(plan: Plan, selection: Selection): Handle[] {
  const segment = segmentOf(plan, selection);
  if (segment) return segment.map((point, index) => ({ point, index, middle: false }));
  const outline = outlineOf(plan, selection);
  if (!outline) return [];
  const corners = outline.map((point, index) => ({ point, index, middle: false }));
  const middles = edgesOf(outline).map(([a, b], index) => ({
    point: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as Point,
    index,
    middle: true,
  }));
  return [...corners, ...middles];
}

/** The handle within `reach` metres, a corner before the middle of an edge. */
export function handleAt(handles: readonly Handle[], at: Point, reach: number): Handle | null {
  const near = handles.filter(({ point }) => distance(point, at) <= reach);
  near.sort((a, b) => Number(a.middle) - Number(b.middle) || distance(a.point, at) - distance(b.point, at));
  return near[0] ?? null;
}

/** What lies under a finger: small things before large ones, since those cannot be taken elsewhere. */
export function thingAt(plan: Plan, floor: string, at: Point, reach: number): Selection | null {
  const here = onFloor(plan, floor);
  const anchor = here.anchors.find(({ x, y }) => x !== null && y !== null && distance([x, y], at) <= reach);
  if (anchor) return { kind: "anchors", id: anchor.source };
  for (const kind of ["doors", "walls"] as const) {
    const index = plan[kind].findIndex(
      ({ floor_id, from, to }) => floor_id === floor && distance(nearestOnSegment(from, to, at), at) <= reach / 2,
    );
    if (index >= 0) return { kind, id: String(index) };
  }
  const zone = here.zones.find(({ outline }) => contains(outline, at));
  if (zone) return { kind: "zones", id: zone.id };
  for (const kind of ["stairs", "openings"] as const) {
    const index = plan[kind].findIndex((one) => here[kind].includes(one) && contains(one.outline, at));
    if (index >= 0) return { kind, id: String(index) };
  }
  const room = here.rooms.find(({ outline }) => outline && contains(outline, at));
  return room ? { kind: "rooms", id: room.area_id } : null;
}
