import { describe, expect, it } from "vitest";
import { Api } from "../src/api/api";
import { PictureStore } from "../src/model/picture-store";
import { FakeConnection } from "./fake-connection";

const PICTURE = { id: "p1", floor_id: "ground", width: 8, height: 6, x: 0, y: 0, scale: 1, rotation: 0, opacity: 1 };

const settle = (): Promise<void> => new Promise((done) => setTimeout(done));

describe("picture store", () => {
  it("fetches a picture when it is shown first, and once", async () => {
    const connection = new FakeConnection();
    connection.answers.set("indoor_positioning/pictures/list", { pictures: [PICTURE] });
    connection.answers.set("indoor_positioning/pictures/get", { id: "p1", mime_type: "image/png", data: "AAAA" });
    const store = new PictureStore(new Api(connection));
    await store.load();
    expect(connection.sent).toHaveLength(1);
    expect(store.addressOf("upper")).toBeUndefined();
    expect([store.addressOf("ground"), store.addressOf("ground")]).toEqual([undefined, undefined]);
    await settle();
    expect(store.addressOf("ground")).toBe("data:image/png;base64,AAAA");
    expect(connection.sent).toHaveLength(2);
    store.put({ ...PICTURE, opacity: 0.5 });
    expect(store.of("ground")?.opacity).toBe(0.5);
    expect(store.addressOf("ground")).toBeDefined();
  });

  it("does without pictures that cannot be had", async () => {
    const connection = new FakeConnection();
    connection.answers.set("indoor_positioning/pictures/list", { code: "not_loaded", message: "" });
    const store = new PictureStore(new Api(connection));
    await store.load();
    expect(store.of("ground")).toBeUndefined();
  });
});
