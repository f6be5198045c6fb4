import { nothing, svg, type SVGTemplateResult } from "lit";
import type { AnchorHealth } from "../api/live";
import type { Anchor } from "../api/plan";
import { toScreen } from "../model/camera";
import type { Scene } from "./scene";

export function anchorsLayer(scene: Scene): SVGTemplateResult[] {
  if (scene.looks.hideAnchors) return [];
  return scene.here.anchors.map((anchor) => anchorMark(scene, anchor));
}

/** Told by its form as well as by its colour: a ring that listens, an empty one that hears nothing, a cross that is off. */
function anchorMark({ camera, looks }: Scene, anchor: Anchor): SVGTemplateResult {
  if (anchor.x === null || anchor.y === null) return svg``;
  const [x, y] = toScreen(camera, [anchor.x, anchor.y]);
  const health: AnchorHealth = looks.health?.get(anchor.source) ?? "listening";
  const rssi = looks.heard?.get(anchor.source);
  return svg`<g class="anchor ${health}" data-source=${anchor.source} transform="translate(${x.toFixed(1)} ${y.toFixed(1)})">
    <title>${anchor.name}</title>
    <circle class="body" r="7"></circle>
    ${health === "offline" ? svg`<path class="cross" d="M-3 -3L3 3M-3 3L3 -3"></path>` : svg`<circle class="core" r="2.5"></circle>`}
    ${rssi === undefined ? nothing : svg`<text class="rssi" y="-12">${Math.round(rssi)}</text>`}
  </g>`;
}
