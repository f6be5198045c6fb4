import type { Camera, Size } from "../model/camera";

export interface Palette {
  text: string;
  muted: string;
  surface: string;
  accent: string;
  bad: string;
  warn: string;
  font: string;
}

export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly camera: Camera;
  readonly size: Size;
  readonly palette: Palette;
  /** Milliseconds, as of `performance.now()`. */
  readonly now: number;
}

/** Draws what moves, above the plan. */
export interface Painter {
  /** Draw one frame; true to be asked for another one. */
  paint(frame: Frame): boolean;
}

/** The theme's colours, for a canvas: it knows nothing of CSS. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: value("--ip-text", "#212121"),
    muted: value("--ip-muted", "#5e5e5e"),
    surface: value("--ip-surface", "#ffffff"),
    accent: value("--ip-accent", "#009ac7"),
    bad: value("--ip-bad", "#db4437"),
    warn: value("--ip-warn", "#ffa600"),
    font: style.fontFamily || "sans-serif",
  };
}
