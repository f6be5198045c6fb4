import type { Connection } from "../api/hass";

/** A text's name in the translation files: `config_panel.<group>.<key>`. */
export type TextKey = `${string}.${string}`;

const PREFIX = "component.indoor_positioning.config_panel.";

let table: Readonly<Record<string, string>> = {};
let language = "en";

/** Fetch all texts in a language; Home Assistant itself fills gaps with English. They are the same for panel and card. */
export async function loadTexts(connection: Connection, wanted: string): Promise<void> {
  const answer = await connection.sendMessagePromise<{ resources: Record<string, string> }>({
    type: "frontend/get_translations",
    language: wanted,
    category: "config_panel",
    integration: ["indoor_positioning"],
  });
  setTexts(answer.resources, wanted);
}

export function setTexts(resources: Readonly<Record<string, string>>, of: string): void {
  table = resources;
  language = of;
}

/** A text with its `{placeholders}` filled in; the key itself where it is missing, which a test prevents. */
export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  const found = table[PREFIX + key];
  if (found === undefined) return key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text for a number of things: of `key_one`, `key_few`, `key_other` … the one that the language wants. */
export function plural(key: TextKey, count: number, values: Readonly<Record<string, string | number>> = {}): string {
  const form: TextKey = `${key}_${new Intl.PluralRules(language).select(count)}`;
  const filled = { ...values, count: new Intl.NumberFormat(language).format(count) };
  return text(PREFIX + form in table ? form : `${key}_other`, filled);
}
