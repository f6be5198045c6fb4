import type { Point } from "../api/plan";
import type { Bounds } from "./geometry";

/** Where the plan lies on the screen: pixels a metre, and the pixel of the plan's origin. The plan's y points up. */
export interface Camera {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels a metre: from a village to a hand. */
export const MIN_SCALE = 2;
export const MAX_SCALE = 600;

/** What is shown of a plan on which nothing is drawn yet: a flat, in metres. */
const BLANK: Bounds = { left: 0, right: 12, bottom: 0, top: 9 };

export function toScreen(camera: Camera, [x, y]: Point): Point {
  return [camera.x + x * camera.scale, camera.y - y * camera.scale];
}

export function toPlan(camera: Camera, [x, y]: Point): Point {
  return [(x - camera.x) / camera.scale, (camera.y - y) / camera.scale];
}

/** Pixels along the edges that are kept free. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The camera that shows all of `bounds` as large as it can, in the middle of what the margins leave. */
export function fit(bounds: Bounds | null, size: Size, margins: Margins): Camera {
  const { left, right, bottom, top } = bounds ?? BLANK;
  const room = {
    width: Math.max(1, size.width - margins.left - margins.right),
    height: Math.max(1, size.height - margins.top - margins.bottom),
  };
  // A single point has no extent, and is shown as a room around it would be.
  const wanted = Math.min(room.width / Math.max(right - left, 0.01), room.height / Math.max(top - bottom, 0.01));
  const scale = Math.min(wanted, right === left && top === bottom ? 60 : MAX_SCALE / 2);
  return {
    scale,
    x: margins.left + room.width / 2 - ((left + right) / 2) * scale,
    y: margins.top + room.height / 2 + ((bottom + top) / 2) * scale,
  };
}

/** Zooms so that what lies under `at` stays there. */
export function zoomAt(camera: Camera, at: Point, factor: number): Camera {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, camera.scale * factor));
  const used = scale / camera.scale;
  return { scale, x: at[0] + (camera.x - at[0]) * used, y: at[1] + (camera.y - at[1]) * used };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}
