import type { BeaconRow } from "../api/live";
import type { Floor, Outline, Plan, Point, Stairs } from "../api/plan";
import { boundsOf, type Bounds } from "./geometry";

/** Everything that one floor of a plan holds; stairs and openings belong to both of their floors. */
export function onFloor(plan: Plan, floor: string): Omit<Plan, "revision" | "floors" | "scanners" | "elevations"> {
  return {
    rooms: plan.rooms.filter((room) => room.floor_id === floor),
    anchors: plan.anchors.filter((anchor) => anchor.floor_id === floor),
    zones: plan.zones.filter((zone) => zone.floor_id === floor),
    doors: plan.doors.filter((door) => door.floor_id === floor),
    walls: plan.walls.filter((wall) => wall.floor_id === floor),
    stairs: plan.stairs.filter(touches(floor)),
    openings: plan.openings.filter(touches(floor)),
  };
}

function touches(floor: string): (one: Stairs) => boolean {
  return (one) => one.from_floor_id === floor || one.to_floor_id === floor;
}

/** The extent of what is drawn on a floor, null where nothing is. */
export function floorBounds(plan: Plan, floor: string): Bounds | null {
  const here = onFloor(plan, floor);
  const outlines = [...here.rooms, ...here.zones, ...here.stairs, ...here.openings].map(
    (one): Outline => one.outline ?? [],
  );
  const places = here.anchors.flatMap(({ x, y }): Point[] => (x === null || y === null ? [] : [[x, y]]));
  const ends = [...here.walls, ...here.doors].flatMap(({ from, to }) => [from, to]);
  return boundsOf([...outlines.flat(), ...places, ...ends]);
}

export function isDrawn(plan: Plan, floor: string): boolean {
  return plan.rooms.some((room) => room.floor_id === floor && room.outline);
}

/** The floor to begin with: the wanted one if it is there, else the lowest on which something is drawn. */
export function firstFloor(plan: Plan, wanted?: string | null): Floor | undefined {
  return (
    plan.floors.find((floor) => floor.id === wanted) ??
    plan.floors.find((floor) => isDrawn(plan, floor.id)) ??
    plan.floors[0]
  );
}

export function roomName(plan: Plan, area: string | null): string | null {
  return plan.rooms.find((room) => room.area_id === area)?.name ?? null;
}

/** How many beacons are on each floor. */
export function crowdsOf(beacons: Iterable<Pick<BeaconRow, "state" | "floor">>): Map<string, number> {
  const crowds = new Map<string, number>();
  for (const { state, floor } of beacons) {
    if (state === "here" && floor !== null) crowds.set(floor, (crowds.get(floor) ?? 0) + 1);
  }
  return crowds;
}

/** The floor with the most beacons, if any is anywhere. */
export function busiestFloor(crowds: ReadonlyMap<string, number>): string | undefined {
  return [...crowds].sort(([, a], [, b]) => b - a)[0]?.[0];
}
