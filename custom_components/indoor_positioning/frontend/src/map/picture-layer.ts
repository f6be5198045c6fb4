import { svg } from "lit";
import type { Picture } from "../api/pictures";
import { toScreen } from "../model/camera";
import type { Layer } from "./scene";

/** The picture under a floor, as it lies on the plan. */
export function pictureLayer(picture: Picture | undefined, address: string | undefined): Layer | undefined {
  if (!picture || !address) return undefined;
  return ({ camera }) => {
    const [x, y] = toScreen(camera, [picture.x, picture.y]);
    const scale = picture.scale * camera.scale;
    const place = `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${-picture.rotation}) scale(${scale.toFixed(5)})`;
    return svg`<image
      class="picture"
      href=${address}
      y=${-picture.height}
      width=${picture.width}
      height=${picture.height}
      preserveAspectRatio="none"
      opacity=${picture.opacity}
      transform=${place}
    ></image>`;
  };
}
