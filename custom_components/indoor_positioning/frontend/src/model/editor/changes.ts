import type { Anchor, Plan, PlanChanges, Room, Zone } from "../../api/plan";

/** A zone that the server does not know yet; it gets its own id when it is saved. */
const NEW_ZONE = "new-";

let zones = 0;

export function newZoneId(): string {
  zones += 1;
  return `${NEW_ZONE}${zones}`;
}

/** What to save so that `base` becomes `draft`; empty where nothing differs. */
export function changesBetween(base: Plan, draft: Plan): PlanChanges {
  const rooms = draft.rooms.filter((room) => !same(drawnOf(room), drawnOf(base.rooms.find(isRoom(room.area_id)))));
  const anchors = draft.anchors.filter((anchor) => !same(placeOf(anchor), placeOf(base.anchors.find(isOf(anchor)))));
  const changed = draft.zones.filter(
    (zone) =>
      !same(
        zone,
        base.zones.find(({ id }) => id === zone.id),
      ),
  );
  const removed = base.zones.filter(({ id }) => !draft.zones.some((zone) => zone.id === id));
  return {
    ...(rooms.length > 0 && {
      rooms: rooms.map(({ area_id, outline, elevation }) => ({ area_id, outline, elevation })),
    }),
    ...(anchors.length > 0 && { anchors: anchors.map((anchor) => ({ source: anchor.source, ...placeOf(anchor) })) }),
    ...(changed.length > 0 && { zones: changed.map(zoneRow) }),
    ...(removed.length > 0 && { remove_zones: removed.map(({ id }) => id) }),
    ...(!same(base.doors, draft.doors) && { doors: draft.doors }),
    ...(!same(base.walls, draft.walls) && { walls: draft.walls }),
    ...(!same(base.stairs, draft.stairs) && { stairs: draft.stairs }),
    ...(!same(base.openings, draft.openings) && { openings: draft.openings }),
    ...(!same(base.elevations, draft.elevations) && { elevations: draft.elevations }),
  };
}

export function isEmpty(changes: PlanChanges): boolean {
  return Object.keys(changes).length === 0;
}

/**
 * The draft made from `base` as it would have been made from `current`, which somebody else has saved meanwhile. What
 * only one of the two has touched is kept from it; what both have is the draft's, which its author still sees. Rooms and
 * zones that are gone stay gone; lists of doors, walls, stairs, openings and elevations are the draft's where it has changed them.
 */
export function onto(current: Plan, base: Plan, draft: Plan): Plan {
  const changes = changesBetween(base, draft);
  const drawn = new Map(changes.rooms?.map(({ area_id, outline, elevation }) => [area_id, { outline, elevation }]));
  const known = new Set(base.rooms.map((room) => room.area_id));
  const added = draft.rooms.filter((room) => !known.has(room.area_id) && !current.rooms.some(isRoom(room.area_id)));
  const places = new Map(changes.anchors?.map(({ source, ...place }) => [source, place]));
  const placed = draft.anchors.filter(
    (anchor) => places.has(anchor.source) && !current.anchors.some(isOf(anchor)) && !base.anchors.some(isOf(anchor)),
  );
  const zoneDrafts = new Map(draft.zones.map((zone) => [zone.id, zone]));
  const touched = new Set(changes.zones?.map(({ id }) => id));
  const removed = new Set(changes.remove_zones);
  return {
    ...current,
    scanners: current.scanners.filter(({ source }) => !placed.some((anchor) => anchor.source === source)),
    rooms: [...current.rooms.map((room) => ({ ...room, ...drawn.get(room.area_id) })), ...added],
    anchors: [
      ...current.anchors.map((anchor) =>
        places.has(anchor.source) ? { ...anchor, ...draft.anchors.find(isOf(anchor)), name: anchor.name } : anchor,
      ),
      ...placed,
    ],
    zones: [
      ...current.zones
        .filter(({ id }) => !removed.has(id))
        .map((zone) => (touched.has(zone.id) ? (zoneDrafts.get(zone.id) ?? zone) : zone)),
      ...draft.zones.filter(({ id }) => id.startsWith(NEW_ZONE)),
    ],
    doors: changes.doors ?? current.doors,
    walls: changes.walls ?? current.walls,
    stairs: changes.stairs ?? current.stairs,
    openings: changes.openings ?? current.openings,
    elevations: changes.elevations ?? current.elevations,
  };
}

function zoneRow({ id, name, floor_id, outline }: Zone): NonNullable<PlanChanges["zones"]>[number] {
  return { ...(!id.startsWith(NEW_ZONE) && { id }), name, floor_id, outline };
}

type Place = Pick<Anchor, "area_id" | "x" | "y" | "height">;

function placeOf(anchor: Anchor | undefined): Place | undefined {
  return anchor && { area_id: anchor.area_id, x: anchor.x, y: anchor.y, height: anchor.height };
}

type Drawn = Pick<Room, "outline" | "elevation">;

/** A room that nobody has drawn is as one that is not there. */
function drawnOf(room: Room | undefined): Drawn {
  return { outline: room?.outline ?? null, elevation: room?.elevation ?? null };
}

function isRoom(area: string): (room: { area_id: string }) => boolean {
  return (room) => room.area_id === area;
}

function isOf(anchor: { source: string }): (other: Anchor) => boolean {
  return (other) => other.source === anchor.source;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
