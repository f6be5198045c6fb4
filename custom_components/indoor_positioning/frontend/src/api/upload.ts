import type { Api } from "./api";

/** Send a file in pieces; tells the share that has arrived. Resolves to the id by which a command takes it. */
export async function upload(
  api: Api,
  kind: "picture" | "home",
  file: Blob,
  progress: (share: number) => void = () => undefined,
): Promise<string> {
  const begun = await api.call<{ upload: string; piece: number }>("upload/begin", { kind, size: file.size });
  for (let sent = 0; sent < file.size; sent += begun.piece) {
    const piece = new Uint8Array(await file.slice(sent, sent + begun.piece).arrayBuffer());
    await api.call("upload/piece", { upload: begun.upload, data: base64(piece) });
    progress(Math.min(1, (sent + begun.piece) / file.size));
  }
  return begun.upload;
}

export function base64(bytes: Uint8Array): string {
  // Arguments of one call are few in some browsers.
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
