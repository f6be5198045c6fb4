import { svg } from "lit";
import type { AccuracyMap } from "../api/plan";
import { toScreen } from "../model/camera";
import type { Layer } from "./scene";

/** Up to how many metres, and the colour of it: from dark to light, as people who see no red and green tell it too. */
export const ACCURACY_STEPS: readonly { readonly upTo: number; readonly colour: string }[] = [
  { upTo: 0.75, colour: "#1b6e7a" },
  { upTo: 1.25, colour: "#3f9c86" },
  { upTo: 2, colour: "#a3c465" },
  { upTo: 3, colour: "#f2c14e" },
  { upTo: Infinity, colour: "#d1495b" },
];

export function accuracyColour(error: number): string {
  return (ACCURACY_STEPS.find(({ upTo }) => error <= upTo) ?? { colour: "none" }).colour;
}

/** What error is to be expected where. */
export function accuracyLayer({ size, points, error }: AccuracyMap): Layer {
  return ({ camera }) => {
    if (size === null) return undefined;
    const edge = size * camera.scale;
    // Cells overlap by a hair, and are faded as a whole, so that no seams show.
    const cells = points.map((point, index) => {
      const [x, y] = toScreen(camera, point);
      return svg`<rect x=${(x - edge / 2).toFixed(1)} y=${(y - edge / 2).toFixed(1)} width=${(edge + 0.6).toFixed(1)}
        height=${(edge + 0.6).toFixed(1)} fill=${accuracyColour(error[index] ?? Infinity)}></rect>`;
    });
    return svg`<g opacity="0.5">${cells}</g>`;
  };
}
