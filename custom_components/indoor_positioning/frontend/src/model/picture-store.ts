import type { Api } from "../api/api";
import type { Picture } from "../api/pictures";
import { Store } from "./store";

/** The pictures under the plan; each is fetched when its floor is shown first. */
export class PictureStore extends Store {
  #pictures: readonly Picture[] = [];
  /** By the pictures' ids: addresses of what was fetched, null while it is on its way or cannot be had. */
  readonly #addresses = new Map<string, string | null>();

  constructor(private readonly api: Api) {
    super();
  }

  /** How the picture of a floor lies. */
  of(floor: string): Picture | undefined {
    return this.#pictures.find((picture) => picture.floor_id === floor);
  }

  /** The address of the picture of a floor; undefined as long as there is none. */
  addressOf(floor: string): string | undefined {
    const picture = this.of(floor);
    if (!picture) return undefined;
    if (!this.#addresses.has(picture.id)) void this.#fetch(picture);
    return this.#addresses.get(picture.id) ?? undefined;
  }

  async load(): Promise<void> {
    try {
      this.#pictures = await this.api.pictures.list();
    } catch {
      // The plan is of use without them, and says why if it cannot be read either.
      return;
    }
    const ids = new Set(this.#pictures.map((picture) => picture.id));
    for (const [id, address] of this.#addresses) if (!address || !ids.has(id)) this.#addresses.delete(id);
    this.changed();
  }

  /** Take the row that was the answer to something else. */
  put(picture: Picture): void {
    this.#pictures = [...this.#pictures.filter((one) => one.floor_id !== picture.floor_id), picture];
    this.changed();
  }

  async #fetch(picture: Picture): Promise<void> {
    this.#addresses.set(picture.id, null);
    try {
      const { id, mime_type, data } = await this.api.pictures.get(picture.floor_id);
      this.#addresses.set(id, `data:${mime_type};base64,${data}`);
    } catch {
      // It is tried again when the plan or a picture has changed.
      return;
    }
    this.changed();
  }
}
