import type { Anchor, Outline, Plan, Point, Scanner } from "../../api/plan";
import { contains, depthIn, distance } from "../geometry";
import { newZoneId } from "./changes";
import { outlineOf, segmentOf, type BetweenKind, type Selection } from "./shapes";
import { tidy } from "./snapping";

/** Corners nearer to each other than this are one, which neighbours share (m). */
const SHARED_M = 0.005;

/** Nothing of a plan is changed in place: each edit returns another one. */

export function setOutline(plan: Plan, { kind, id }: Selection, outline: Outline | null): Plan {
  if (kind === "rooms") {
    return { ...plan, rooms: plan.rooms.map((room) => (room.area_id === id ? { ...room, outline } : room)) };
  }
  if (!outline) return remove(plan, { kind, id });
  if (kind === "zones")
    return { ...plan, zones: plan.zones.map((zone) => (zone.id === id ? { ...zone, outline } : zone)) };
  return { ...plan, [kind]: plan[kind].map((one, index) => (String(index) === id ? { ...one, outline } : one)) };
}

/** Draw a room; an area that is none yet becomes one. */
export function drawRoom(plan: Plan, area: { area_id: string; name: string }, floor: string, outline: Outline): Plan {
  const known = plan.rooms.some((room) => room.area_id === area.area_id);
  const rooms = known ? plan.rooms : [...plan.rooms, { ...area, floor_id: floor, outline, elevation: null }];
  return setOutline({ ...plan, rooms }, { kind: "rooms", id: area.area_id }, outline);
}

export function addZone(plan: Plan, name: string, floor: string, outline: Outline): { plan: Plan; id: string } {
  const id = newZoneId();
  return { plan: { ...plan, zones: [...plan.zones, { id, name, floor_id: floor, outline }] }, id };
}

export function renameZone(plan: Plan, id: string, name: string): Plan {
  return { ...plan, zones: plan.zones.map((zone) => (zone.id === id ? { ...zone, name } : zone)) };
}

export function addBetween(plan: Plan, kind: BetweenKind, from: string, to: string, outline: Outline): Plan {
  return { ...plan, [kind]: [...plan[kind], { from_floor_id: from, to_floor_id: to, outline }] };
}

/** Let stairs or an opening lead to another floor. */
export function lead(plan: Plan, kind: BetweenKind, id: string, to: string): Plan {
  return {
    ...plan,
    [kind]: plan[kind].map((one, index) => (String(index) === id ? { ...one, to_floor_id: to } : one)),
  };
}

export function addDoor(plan: Plan, floor: string, from: Point, to: Point): Plan {
  return { ...plan, doors: [...plan.doors, { floor_id: floor, from, to }] };
}

export function addWall(plan: Plan, floor: string, from: Point, to: Point): Plan {
  return { ...plan, walls: [...plan.walls, { floor_id: floor, from, to, attenuation: null }] };
}

export function weaken(plan: Plan, id: string, attenuation: number | null): Plan {
  return { ...plan, walls: plan.walls.map((wall, index) => (String(index) === id ? { ...wall, attenuation } : wall)) };
}

/** Put an anchor, or a scanner that becomes one, at a place; its room is the one that it hangs in. */
export function placeAnchor(plan: Plan, source: string, floor: string, [x, y]: Point): Plan {
  const scanner = plan.scanners.find((one) => one.source === source);
  const anchors = scanner ? [...plan.anchors, anchorOf(scanner, floor)] : plan.anchors;
  const area_id = roomNear(plan, floor, [x, y]);
  return {
    ...plan,
    scanners: plan.scanners.filter((one) => one.source !== source),
    anchors: anchors.map((anchor) =>
      anchor.source === source
        ? { ...anchor, x, y, floor_id: floor, area_id: area_id ?? (anchor.floor_id === floor ? anchor.area_id : null) }
        : anchor,
    ),
  };
}

export function raiseAnchor(plan: Plan, source: string, height: number | null): Plan {
  return { ...plan, anchors: plan.anchors.map((one) => (one.source === source ? { ...one, height } : one)) };
}

/** Tell how far a room is raised above its floor, negative where it is sunk; null for not at all. */
export function raiseRoom(plan: Plan, area: string, elevation: number | null): Plan {
  return { ...plan, rooms: plan.rooms.map((room) => (room.area_id === area ? { ...room, elevation } : room)) };
}

/** Tell how high a floor lies; null leaves it to the home. */
export function raiseFloor(plan: Plan, floor: string, elevation: number | null): Plan {
  const others = plan.elevations.filter(({ floor_id }) => floor_id !== floor);
  if (elevation === null) return { ...plan, elevations: others };
  const elevations = [...others, { floor_id: floor, elevation }].sort((a, b) => (a.floor_id < b.floor_id ? -1 : 1));
  return { ...plan, elevations };
}

/** Take a thing off the plan. Rooms and anchors stay, without outline or place: they work without. */
export function remove(plan: Plan, { kind, id }: Selection): Plan {
  const others = <T>(list: readonly T[]): T[] => list.filter((_, index) => String(index) !== id);
  switch (kind) {
    case "rooms":
      return setOutline(plan, { kind, id }, null);
    case "zones":
      return { ...plan, zones: plan.zones.filter((zone) => zone.id !== id) };
    case "stairs":
      return { ...plan, stairs: others(plan.stairs) };
    case "openings":
      return { ...plan, openings: others(plan.openings) };
    case "doors":
      return { ...plan, doors: others(plan.doors) };
    case "walls":
      return { ...plan, walls: others(plan.walls) };
    case "anchors":
      return { ...plan, anchors: plan.anchors.map((one) => (one.source === id ? { ...one, x: null, y: null } : one)) };
  }
}

/** Move one corner of an outline, or one end of a line. Corners of neighbours that lie there come along. */
export function moveCorner(plan: Plan, selection: Selection, index: number, to: Point): Plan {
  const segment = segmentOf(plan, selection);
  if (segment) return setSegment(plan, selection, index === 0 ? [to, segment[1]] : [segment[0], to]);
  const outline = outlineOf(plan, selection);
  const from = outline?.[index];
  if (!outline || !from) return plan;
  const moved = setOutline(plan, selection, replaced(outline, index, to));
  return selection.kind === "rooms" ? moveShared(moved, floorOf(plan, selection), from, to) : moved;
}

/** Draw a new corner out of the edge that begins at corner `index`. */
export function insertCorner(plan: Plan, selection: Selection, index: number, at: Point): Plan {
  const outline = outlineOf(plan, selection);
  if (!outline) return plan;
  return setOutline(plan, selection, [...outline.slice(0, index + 1), at, ...outline.slice(index + 1)]);
}

/** An outline keeps three corners. */
export function removeCorner(plan: Plan, selection: Selection, index: number): Plan {
  const outline = outlineOf(plan, selection);
  if (!outline || outline.length <= 3) return plan;
  return setOutline(
    plan,
    selection,
    outline.filter((_, number) => number !== index),
  );
}

/** Move the whole of a thing. */
export function moveBy(plan: Plan, selection: Selection, [dx, dy]: Point): Plan {
  const shifted = ([x, y]: Point): Point => [tidy(x + dx), tidy(y + dy)];
  if (selection.kind === "anchors") {
    const anchor = plan.anchors.find(({ source }) => source === selection.id);
    if (anchor?.x === null || anchor?.y === null || !anchor) return plan;
    return placeAnchor(plan, anchor.source, anchor.floor_id, shifted([anchor.x, anchor.y]));
  }
  const segment = segmentOf(plan, selection);
  if (segment) return setSegment(plan, selection, [shifted(segment[0]), shifted(segment[1])]);
  const outline = outlineOf(plan, selection);
  return outline ? setOutline(plan, selection, outline.map(shifted)) : plan;
}

export function rectangle([ax, ay]: Point, [bx, by]: Point): Outline {
  const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [bottom, top] = [Math.min(ay, by), Math.max(ay, by)];
  return [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ];
}

function setSegment(plan: Plan, { kind, id }: Selection, [from, to]: readonly [Point, Point]): Plan {
  if (kind !== "doors" && kind !== "walls") return plan;
  return { ...plan, [kind]: plan[kind].map((one, index) => (String(index) === id ? { ...one, from, to } : one)) };
}

function floorOf(plan: Plan, { id }: Selection): string {
  return plan.rooms.find((room) => room.area_id === id)?.floor_id ?? "";
}

function moveShared(plan: Plan, floor: string, from: Point, to: Point): Plan {
  const carried = (outline: Outline): Outline =>
    outline.some((corner) => distance(corner, from) < SHARED_M)
      ? outline.map((corner) => (distance(corner, from) < SHARED_M ? to : corner))
      : outline;
  return {
    ...plan,
    rooms: plan.rooms.map((room) =>
      room.outline && room.floor_id === floor ? { ...room, outline: carried(room.outline) } : room,
    ),
  };
}

function replaced(outline: Outline, index: number, point: Point): Outline {
  return outline.map((corner, number) => (number === index ? point : corner));
}

/** How far outside of a room an anchor may hang and still belong to it: on the other face of its wall (m). */
const WALL_M = 0.4;

function roomNear(plan: Plan, floor: string, at: Point): string | null {
  const rooms = plan.rooms.filter((room) => room.floor_id === floor && room.outline);
  const inside = rooms.find(({ outline }) => outline && contains(outline, at));
  if (inside) return inside.area_id;
  const [nearest] = rooms
    .map((room) => ({ room, depth: room.outline ? depthIn(room.outline, at) : -Infinity }))
    .sort((a, b) => b.depth - a.depth);
  return nearest && nearest.depth >= -WALL_M ? nearest.room.area_id : null;
}

function anchorOf({ source, name, area_id }: Scanner, floor: string): Anchor {
  return { source, name, area_id, floor_id: floor, x: null, y: null, height: null };
}
