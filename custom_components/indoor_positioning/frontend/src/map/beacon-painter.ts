import type { BeaconRow } from "../api/live";
import type { Anchor, Point } from "../api/plan";
import { toScreen, type Camera } from "../model/camera";
import { Glide } from "../model/glide";
import { TRAIL_MS, type TrailPoint } from "../model/trails";
import type { Frame, Painter } from "./painter";

const DOT_PX = 8;
const LABEL_PX = 12;

/** How near a tap must be to mean a beacon. */
const TAP_PX = 26;

/** dBm: a link as strong as this is drawn fully, one as weak as this hardly. */
const STRONG_DBM = -50;
const WEAK_DBM = -95;

/** As many trails as one can tell apart. Where more go about they are short, and crumbs: lines take long to draw. */
const CROWD = 8;
const CROWD_TRAIL_MS = 20_000;

/** A link of the chosen beacon to an anchor that hears it. */
export interface Link {
  readonly anchor: Anchor;
  readonly rssi: number;
}

/** Where the painter finds what it paints; read with every frame. */
export interface BeaconScene {
  readonly floor: string;
  readonly beacons: ReadonlyMap<string, BeaconRow>;
  readonly colours: ReadonlyMap<string, string>;
  readonly chosen: string | null;
  readonly links: readonly Link[];
  readonly names: boolean;
  trail(beacon: string): readonly TrailPoint[];
}

/** Beacons with their uncertainty, trails and links; what moves glides. */
export class BeaconPainter implements Painter {
  readonly #glides = new Map<string, Glide>();
  #camera: Camera | null = null;

  constructor(private readonly scene: () => BeaconScene) {}

  /** The beacon that is shown at a pixel. */
  beaconAt(at: Point): string | null {
    const camera = this.#camera;
    if (!camera) return null;
    const far = [...this.#glides].map(([id, glide]) => {
      const [x, y] = toScreen(camera, [glide.x, glide.y]);
      return { id, distance: Math.hypot(x - at[0], y - at[1]) };
    });
    const nearest = far.sort((a, b) => a.distance - b.distance)[0];
    return nearest && nearest.distance <= TAP_PX ? nearest.id : null;
  }

  paint(frame: Frame): boolean {
    this.#camera = frame.camera;
    const scene = this.scene();
    const moving = this.#follow(scene, frame.now);
    for (const id of this.#glides.keys()) this.#trail(frame, scene, id);
    for (const id of this.#glides.keys()) this.#uncertainty(frame, scene, id);
    this.#links(frame, scene);
    // The chosen one lies on top.
    const order = [...this.#glides.keys()].sort((a, b) => Number(a === scene.chosen) - Number(b === scene.chosen));
    for (const id of order) this.#dot(frame, scene, id);
    return moving;
  }

  #follow(scene: BeaconScene, now: number): boolean {
    let moving = false;
    for (const id of this.#glides.keys()) if (!isShown(scene, scene.beacons.get(id))) this.#glides.delete(id);
    for (const [id, row] of scene.beacons) {
      if (!isShown(scene, row)) continue;
      const glide = this.#glides.get(id) ?? new Glide();
      this.#glides.set(id, glide);
      moving = glide.follow(row.floor, row.x, row.y, row.accuracy ?? 0, now) || moving;
    }
    return moving;
  }

  #trail(frame: Frame, scene: BeaconScene, id: string): void {
    const glide = this.#glides.get(id);
    if (!glide) return;
    const { context, now } = frame;
    const crowd = this.#glides.size > CROWD && id !== scene.chosen;
    const span = crowd ? CROWD_TRAIL_MS : TRAIL_MS;
    const points = scene.trail(id).filter((point) => point.floor === scene.floor && now - point.time < span);
    const fresh = (point: TrailPoint): number => 0.6 * (1 - Math.min(1, (now - point.time) / span));
    context.fillStyle = context.strokeStyle = scene.colours.get(id) ?? "";
    if (crowd) crumbs(frame, points, fresh);
    else line(frame, points, [glide.x, glide.y], fresh);
    context.globalAlpha = 1;
  }

  #uncertainty({ context, camera }: Frame, scene: BeaconScene, id: string): void {
    const glide = this.#glides.get(id);
    if (!glide || glide.radius <= 0) return;
    const colour = scene.colours.get(id) ?? "";
    context.beginPath();
    context.arc(...toScreen(camera, [glide.x, glide.y]), glide.radius * camera.scale, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    // Many circles on top of each other would hide the plan, so one that is not chosen is faint.
    const chosen = id === scene.chosen;
    context.globalAlpha = chosen ? 0.2 : 0.1;
    context.fill();
    context.globalAlpha = chosen ? 0.8 : 0.35;
    context.stroke();
    context.globalAlpha = 1;
  }

  #links({ context, camera, palette }: Frame, scene: BeaconScene): void {
    const glide = scene.chosen === null ? undefined : this.#glides.get(scene.chosen);
    if (!glide) return;
    const from = toScreen(camera, [glide.x, glide.y]);
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.setLineDash([2, 5]);
    for (const { anchor, rssi } of scene.links) {
      if (anchor.x === null || anchor.y === null || anchor.floor_id !== scene.floor) continue;
      const strength = (rssi - WEAK_DBM) / (STRONG_DBM - WEAK_DBM);
      context.globalAlpha = 0.25 + 0.7 * Math.min(1, Math.max(0, strength));
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...toScreen(camera, [anchor.x, anchor.y]));
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  #dot({ context, camera, palette }: Frame, scene: BeaconScene, id: string): void {
    const glide = this.#glides.get(id);
    const row = scene.beacons.get(id);
    if (!glide || !row) return;
    const [x, y] = toScreen(camera, [glide.x, glide.y]);
    const chosen = id === scene.chosen;
    context.beginPath();
    context.arc(x, y, chosen ? DOT_PX + 2 : DOT_PX, 0, 2 * Math.PI);
    context.fillStyle = scene.colours.get(id) ?? palette.accent;
    context.strokeStyle = palette.surface;
    context.lineWidth = 2.5;
    context.fill();
    context.stroke();
    if (!scene.names && !chosen) return;
    context.font = `${chosen ? 600 : 500} ${LABEL_PX}px ${palette.font}`;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeText(row.name, x, y + DOT_PX + 5);
    context.fillStyle = palette.text;
    context.fillText(row.name, x, y + DOT_PX + 5);
  }
}

type Placed = BeaconRow & { floor: string; x: number; y: number };

function isShown(scene: BeaconScene, row: BeaconRow | undefined): row is Placed {
  return row?.state === "here" && row.floor === scene.floor && row.x !== null && row.y !== null;
}

function line(
  { context, camera }: Frame,
  points: readonly TrailPoint[],
  end: Point,
  fresh: (point: TrailPoint) => number,
): void {
  context.lineWidth = 3;
  context.lineCap = "round";
  points.forEach((from, i) => {
    const next = points[i + 1];
    context.globalAlpha = fresh(from);
    context.beginPath();
    context.moveTo(...toScreen(camera, [from.x, from.y]));
    context.lineTo(...toScreen(camera, next ? [next.x, next.y] : end));
    context.stroke();
  });
}

function crumbs({ context, camera }: Frame, points: readonly TrailPoint[], fresh: (point: TrailPoint) => number): void {
  for (const point of points) {
    const [x, y] = toScreen(camera, [point.x, point.y]);
    context.globalAlpha = fresh(point);
    context.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
}
