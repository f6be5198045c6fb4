import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import english from "../../translations/en.json" with { type: "json" };
import { plural, setTexts, text } from "../src/texts/texts";

const SOURCE = join(import.meta.dirname, "../src");
const TRANSLATIONS = join(import.meta.dirname, "../../translations");
const PREFIX = "component.indoor_positioning.config_panel.";

/** `live.${state.kind}`: what is put together at run time, and what it may become. */
const COMPUTED = [
  "live.disconnected",
  "live.not_loaded",
  "live.silent",
  "live.offline",
  "history.loading",
  "history.off",
  "history.empty",
];

type Section = Record<string, Record<string, string>>;

function keysOf(section: Section): string[] {
  return Object.entries(section).flatMap(([group, texts]) => Object.keys(texts).map((key) => `${group}.${key}`));
}

/** Each text's placeholders, by its key. */
function placeholdersOf(section: Section): Map<string, string[]> {
  const texts = Object.entries(section).flatMap(([group, of]) =>
    Object.entries(of).map(([key, text]) => [`${group}.${key}`, text] as const),
  );
  return new Map(texts.map(([key, text]) => [key, [...new Set(text.match(/\{\w+\}/g))].sort()]));
}

function sectionIn(file: string): Section {
  return (JSON.parse(readFileSync(join(TRANSLATIONS, file), "utf8")) as { config_panel: Section }).config_panel;
}

function quotedInSource(): Set<string> {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const sources = files.map((name) => readFileSync(join(SOURCE, name), "utf8"));
  return new Set(
    sources.flatMap((source) => [...source.matchAll(/"([a-z_]+\.[a-z0-9_]+)"/g)].map((found) => found[1] ?? "")),
  );
}

describe("texts", () => {
  const known = keysOf(english.config_panel);
  const groups = new Set(Object.keys(english.config_panel));

  afterEach(() => {
    setTexts({}, "en");
  });

  it("are all there", () => {
    const used = [...quotedInSource()].filter((key) => groups.has(key.split(".")[0] ?? ""));
    const missing = used.filter((key) => !known.includes(key) && !known.includes(`${key}_other`));
    expect(used.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
    expect(COMPUTED.filter((key) => !known.includes(key))).toEqual([]);
  });

  it("are all used", () => {
    const used = quotedInSource();
    const idle = known.filter((key) => !used.has(key) && !used.has(key.replace(/_(one|few|many|other)$/, "")));
    expect(idle.filter((key) => !COMPUTED.includes(key))).toEqual([]);
  });

  it.each(readdirSync(TRANSLATIONS))("are the same, with the same placeholders, in %s", (file) => {
    expect(placeholdersOf(sectionIn(file))).toEqual(placeholdersOf(english.config_panel));
  });

  it("have their placeholders filled, with markup as it is", () => {
    setTexts({ [`${PREFIX}a.b`]: "{name} is in {room}" }, "en");
    expect(text("a.b", { name: "<img src=x>", room: "{name}" })).toBe("<img src=x> is in {name}");
    expect(text("a.b", { name: "Keys" })).toBe("Keys is in {room}");
    expect(text("a.missing")).toBe("a.missing");
  });

  it("count as the language does", () => {
    setTexts({ [`${PREFIX}a.n_one`]: "{count} thing", [`${PREFIX}a.n_other`]: "{count} things" }, "en");
    expect([plural("a.n", 1), plural("a.n", 0), plural("a.n", 1200)]).toEqual(["1 thing", "0 things", "1,200 things"]);
  });
});
