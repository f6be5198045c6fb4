import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Something that changes, and tells whoever looks. */
export class Store {
  readonly #watchers = new Set<() => void>();

  /** Call `watcher` after each change, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  protected changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** Renders an element again whenever one of the stores changes that `stores` names at that time. */
export class Watching implements ReactiveController {
  readonly #ends = new Map<Store, () => void>();

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly stores: () => readonly (Store | undefined)[],
    private readonly changed: () => void = () => {
      host.requestUpdate();
    },
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    // What has changed while it was away is shown with the next rendering.
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const wanted = new Set(this.stores().filter((store) => store !== undefined));
    for (const [store, end] of this.#ends) {
      if (wanted.has(store)) continue;
      end();
      this.#ends.delete(store);
    }
    for (const store of wanted) if (!this.#ends.has(store)) this.#ends.set(store, store.watch(this.changed));
  }

  hostDisconnected(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
  }
}
