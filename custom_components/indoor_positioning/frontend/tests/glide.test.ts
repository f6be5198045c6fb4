import { describe, expect, it } from "vitest";
import { Glide, GLIDE_MS, JUMP_M } from "../src/model/glide";

describe("a glide", () => {
  it("begins where the thing is", () => {
    const glide = new Glide();
    expect(glide.follow("ground", 3, 4, 1, 0)).toBe(false);
    expect([glide.x, glide.y, glide.radius]).toEqual([3, 4, 1]);
  });

  it("comes nearer with every frame, the same however many there are, and settles", () => {
    const [coarse, fine] = [new Glide(), new Glide()];
    for (const glide of [coarse, fine]) glide.follow("ground", 0, 0, 1, 0);
    expect(coarse.follow("ground", 2, 0, 1, GLIDE_MS)).toBe(true);
    for (let i = 1; i <= 10; i++) fine.follow("ground", 2, 0, 1, (i * GLIDE_MS) / 10);
    expect(coarse.x).toBeCloseTo(2 * (1 - Math.exp(-1)));
    expect(fine.x).toBeCloseTo(coarse.x);
    expect(coarse.follow("ground", 2, 0, 1, 20 * GLIDE_MS)).toBe(false);
    expect(coarse.x).toBe(2);
  });

  it("jumps to another floor and over long ways", () => {
    const glide = new Glide();
    glide.follow("ground", 0, 0, 1, 0);
    expect(glide.follow("upper", 1, 0, 1, 16)).toBe(false);
    expect(glide.x).toBe(1);
    glide.follow("upper", 2 + JUMP_M, 0, 1, 32);
    expect(glide.x).toBe(2 + JUMP_M);
  });
});
