/** Where a picture lies under a floor of the plan. */
export interface Picture {
  /** Another picture of the same floor has another one. */
  id: string;
  floor_id: string;
  /** Pixels. */
  width: number;
  height: number;
  /** The lower left corner, in metres. */
  x: number;
  y: number;
  /** Metres a pixel. */
  scale: number;
  /** Degrees counter-clockwise about the lower left corner. */
  rotation: number;
  opacity: number;
}

export type PicturePlacement = Partial<Pick<Picture, "x" | "y" | "scale" | "rotation" | "opacity">>;

export interface PictureData {
  id: string;
  mime_type: string;
  /** Base64. */
  data: string;
}
