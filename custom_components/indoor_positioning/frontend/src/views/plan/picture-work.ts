import type { PicturePlacement } from "../../api/pictures";
import type { Point } from "../../api/plan";
import { upload } from "../../api/upload";
import { tidy } from "../../model/editor/snapping";
import { distance } from "../../model/geometry";
import type { Session } from "../../model/session";
import { Store } from "../../model/store";
import type { Desk, PlanTool } from "./desk";
import type { PictureActs } from "./picture-card";
import { PictureTool } from "./tools/picture-tool";
import { PointTool } from "./tools/point-tool";

/** What is done to the picture beneath a floor. It is saved at once: it is no part of the plan that others rely on. */
export class PictureWork extends Store implements PictureActs {
  /** The share that has been sent of a picture that is on its way. */
  sending: number | null = null;
  /** The ends of something whose length is known. */
  marked: readonly Point[] | null = null;

  constructor(
    private readonly session: Session,
    private readonly desk: Desk,
    private readonly use: (tool: PlanTool) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    super();
  }

  choose(file: File): void {
    void this.#send(file)
      .catch(this.failed)
      .finally(() => {
        this.#sent(null);
      });
  }

  move(): void {
    const corner = (): Point => {
      const row = this.session.pictures.of(this.desk.floor);
      return row ? [row.x, row.y] : [0, 0];
    };
    this.use(
      new PictureTool(corner, ([x, y], settled) => {
        this.#place({ x, y }, settled);
      }),
    );
  }

  measure(): void {
    const mark = (points: readonly Point[]): void => {
      this.marked = points;
      this.changed();
    };
    this.use(new PointTool(this.desk, 2, mark, true));
  }

  turn(): void {
    const turned = (this.session.pictures.of(this.desk.floor)?.rotation ?? 0) + 90;
    this.#place({ rotation: turned > 180 ? turned - 360 : turned }, true);
  }

  fade(opacity: number, settled: boolean): void {
    this.#place({ opacity }, settled);
  }

  remove(): void {
    const { api, pictures } = this.session;
    void api.pictures
      .remove(this.desk.floor)
      .then(() => pictures.load())
      .catch(this.failed);
  }

  /** Make it so large that what was marked is `length` metres long; the first end of that stays where it is. */
  scaleTo(length: number): void {
    const row = this.session.pictures.of(this.desk.floor);
    const [from, to] = this.marked ?? [];
    this.forget();
    if (!row || !from || !to || distance(from, to) === 0) return;
    const factor = length / distance(from, to);
    const [x, y] = [from[0] + (row.x - from[0]) * factor, from[1] + (row.y - from[1]) * factor];
    this.#place({ scale: row.scale * factor, x: tidy(x), y: tidy(y) }, true);
  }

  forget(): void {
    this.marked = null;
    this.changed();
  }

  /** Show it elsewhere; once it is settled, it stays there. */
  #place(placement: PicturePlacement, settled: boolean): void {
    const { api, pictures } = this.session;
    const row = pictures.of(this.desk.floor);
    if (!row) return;
    pictures.put({ ...row, ...placement });
    if (settled) void api.pictures.place(row.floor_id, placement).then(pictures.put.bind(pictures), this.failed);
  }

  async #send(file: File): Promise<void> {
    const { api, pictures } = this.session;
    const { floor } = this.desk;
    this.#sent(0);
    const sent = await upload(api, "picture", file, (share) => {
      this.#sent(share);
    });
    pictures.put(await api.pictures.set(floor, sent));
  }

  #sent(share: number | null): void {
    this.sending = share;
    this.changed();
  }
}
