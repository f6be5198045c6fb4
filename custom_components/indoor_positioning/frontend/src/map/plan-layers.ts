import { nothing, svg, type SVGTemplateResult } from "lit";
import type { Door, Outline, Point, Room, Stairs, Wall, Zone } from "../api/plan";
import { toScreen, type Camera } from "../model/camera";
import { boundsOf, labelPoint } from "../model/geometry";
import { pathOf, pixels, type Scene } from "./scene";

/** Pixels that a letter of a label is wide, about: measuring each would cost more than it shows. */
const LETTER_PX = 7.5;

/** Pixels from the upper edge of a zone down to the middle of its name. */
const ZONE_LABEL_PX = 11;

// Outlines are never changed in place, and finding a place for a label takes a while.
const labelPoints = new WeakMap<Outline, Point | null>();

export function labelPointOf(outline: Outline): Point | null {
  if (!labelPoints.has(outline)) labelPoints.set(outline, labelPoint(outline));
  return labelPoints.get(outline) ?? null;
}

export function roomsLayer(scene: Scene): SVGTemplateResult[] {
  return scene.here.rooms.map((room) => (room.outline ? roomShape(scene, room, room.outline) : svg``));
}

function roomShape({ camera, looks }: Scene, room: Room, outline: Outline): SVGTemplateResult {
  const path = pathOf(camera, outline);
  const lit = looks.highlights?.get(room.area_id);
  return svg`<g class="room" data-area=${room.area_id}>
    <path class="floor" d=${path}></path>
    <path class="light" d=${path} style="fill:${lit?.colour ?? "none"};fill-opacity:${lit ? lit.strength.toFixed(2) : 0}"></path>
    <path class="outline" d=${path}></path>
  </g>`;
}

export function labelsLayer(scene: Scene): SVGTemplateResult[] {
  if (scene.looks.hideLabels) return [];
  return scene.here.rooms.map((room) => (room.outline ? label(scene, room.name, room.outline) : svg``));
}

function label({ camera }: Scene, name: string, outline: Outline): SVGTemplateResult {
  const point = labelPointOf(outline);
  return point ? nameAt(camera, name, outline, toScreen(camera, point), "label") : svg``;
}

/** A zone may be a whole room: its name stands at its upper edge, where the room's own does not. */
function zoneLabel({ camera }: Scene, zone: Zone): SVGTemplateResult {
  const bounds = boundsOf(zone.outline);
  if (!bounds) return svg``;
  const [x, y] = toScreen(camera, [(bounds.left + bounds.right) / 2, bounds.top]);
  return nameAt(camera, zone.name, zone.outline, [x, y + ZONE_LABEL_PX], "label zone-label");
}

/** A name, shortened to the width of what bears it. */
function nameAt(camera: Camera, name: string, outline: Outline, [x, y]: Point, style: string): SVGTemplateResult {
  const bounds = boundsOf(outline);
  const letters = bounds ? Math.floor(((bounds.right - bounds.left) * camera.scale - 8) / LETTER_PX) : 0;
  if (letters < 3) return svg``;
  const shown = name.length > letters ? `${name.slice(0, letters - 1).trimEnd()}…` : name;
  return svg`<text class=${style} x=${x.toFixed(1)} y=${y.toFixed(1)}>${shown}</text>`;
}

export function zonesLayer(scene: Scene): SVGTemplateResult[] {
  if (scene.looks.hideZones) return [];
  return scene.here.zones.map(
    (zone: Zone) => svg`<g class="zone"><path d=${pathOf(scene.camera, zone.outline)}></path>
      ${scene.looks.hideLabels ? nothing : zoneLabel(scene, zone)}</g>`,
  );
}

export function waysLayer(scene: Scene): SVGTemplateResult[] {
  const { walls, doors, stairs, openings } = scene.here;
  return [
    ...openings.map(({ outline }) => svg`<path class="opening" d=${pathOf(scene.camera, outline)}></path>`),
    ...stairs.map((one) => stairsShape(scene, one)),
    ...walls.map((one: Wall) => segment(scene, one, "wall")),
    ...doors.map((one) => segment(scene, one, "door")),
  ];
}

function segment({ camera }: Scene, { from, to }: Door, kind: string): SVGTemplateResult {
  return svg`<path class=${kind} d="M${pixels(toScreen(camera, from))}L${pixels(toScreen(camera, to))}"></path>`;
}

function stairsShape({ camera }: Scene, stairs: Stairs): SVGTemplateResult {
  const path = pathOf(camera, stairs.outline);
  return svg`<g class="stairs"><path class="treads" d=${path}></path><path class="edge" d=${path}></path></g>`;
}
