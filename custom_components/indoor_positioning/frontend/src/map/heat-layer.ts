import { svg } from "lit";
import { toScreen } from "../model/camera";
import { rasterOf, type Cells, type Ramp, type Raster } from "../model/raster";
import type { Layer } from "./scene";

// A picture is made once for each set of cells; moving the map only moves it.
const addresses = new WeakMap<Cells, { ramp: Ramp; raster: Raster | null; address: string }>();

/** Cells as a soft picture above the rooms; hand in the same object as long as nothing has changed. */
export function heatLayer(cells: Cells | null, ramp: Ramp): Layer | undefined {
  if (!cells) return undefined;
  return ({ camera }) => {
    const { raster, address } = pictureOf(cells, ramp);
    if (!raster) return undefined;
    const [x, y] = toScreen(camera, [raster.left, raster.top]);
    const pixel = raster.size * camera.scale;
    return svg`<image
      class="heat"
      href=${address}
      x=${x.toFixed(1)}
      y=${y.toFixed(1)}
      width=${(raster.width * pixel).toFixed(1)}
      height=${(raster.height * pixel).toFixed(1)}
      preserveAspectRatio="none"
    ></image>`;
  };
}

function pictureOf(cells: Cells, ramp: Ramp): { raster: Raster | null; address: string } {
  const known = addresses.get(cells);
  if (known?.ramp === ramp) return known;
  const raster = rasterOf(cells, ramp);
  const made = { ramp, raster, address: raster ? addressOf(raster) : "" };
  addresses.set(cells, made);
  return made;
}

function addressOf({ width, height, pixels }: Raster): string {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas.toDataURL();
}
