/** What this front end uses of the objects that Home Assistant hands to panels and cards. */

export type Message = { type: string } & Record<string, unknown>;

export interface Connection {
  readonly connected: boolean;
  sendMessagePromise<T>(message: Message): Promise<T>;
  subscribeMessage<T>(
    callback: (event: T) => void,
    message: Message,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(kind: "ready" | "disconnected", listener: () => void): void;
  removeEventListener(kind: "ready" | "disconnected", listener: () => void): void;
}

export interface Hass {
  readonly connection: Connection;
  readonly language: string;
  readonly locale?: { readonly language: string };
  readonly config: { readonly unit_system: { readonly length: string } };
  readonly themes?: { readonly darkMode?: boolean; readonly theme?: string };
  readonly user?: { readonly is_admin: boolean };
  readonly areas?: Readonly<Record<string, { area_id: string; name: string; floor_id?: string | null }>>;
}

/** What a refused command rejects with: `code` is the key of the refusal, `message` its translated text. */
export interface Refusal {
  code: string;
  message: string;
}

export function isRefusal(error: unknown): error is Refusal {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string";
}
