import { render } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import english from "../../translations/en.json" with { type: "json" };
import type { NetworkErrors, Networks } from "../src/api/data";
import { setTexts } from "../src/texts/texts";
import { networksCard } from "../src/views/data/networks-card";

const UNITS = { imperial: false, language: "en" };
const TEXTS = Object.fromEntries(
  Object.entries(english.config_panel.data).map(([key, text]) => [
    `component.indoor_positioning.config_panel.data.${key}`,
    text,
  ]),
);

function errors(mean: number, kitchen: number, study: number): NetworkErrors {
  const mean_by_room = { kitchen, study };
  return { moments: 40, mean, median: mean - 0.25, p90: mean + 1, rooms: 0.75, mean_by_room };
}

const NETWORKS: Networks = {
  training: null,
  models: [{ task: "place", floor: "g", area: null, anchors: ["a", "b"], misfit: null }],
  trained_at: 1,
  report: {
    kept: true,
    samples: 12,
    learnt_samples: 0,
    quantisation_loss: 0.004,
    errors: { neural: errors(1.5, 1, 2), bayes: errors(1.25, 1.1, 1.4), fingerprint: errors(2.5, 2.2, 2.8) },
  },
  outdated: false,
  missing_anchors: [],
  problem: null,
  lessons: null,
};

describe("the card of the networks", () => {
  const acts = { train: vi.fn(), export: vi.fn() };

  function shown(changes: Partial<Networks> = {}): HTMLElement {
    const host = document.createElement("div");
    render(networksCard({ ...NETWORKS, ...changes }, null, false, UNITS, acts), host);
    return host;
  }

  function cells(table: Element | null | undefined): string[][] {
    return [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent.trim()),
    );
  }

  function banners(changes: Partial<Networks>): string[] {
    return [...shown(changes).querySelectorAll(".banner span")].map((one) => one.textContent);
  }

  beforeEach(() => {
    setTexts(TEXTS, "en");
  });
  afterEach(() => {
    setTexts({}, "en");
    vi.clearAllMocks();
  });

  it("shows the network's errors beside those of other methods", () => {
    expect(cells(shown().querySelector("table"))).toEqual([
      ["Network alone", "1.50 m", "1.25 m", "2.50 m", "75%"],
      ["Bayes filter", "1.25 m", "1.00 m", "2.25 m", "75%"],
      ["Nearest neighbours", "2.50 m", "2.25 m", "3.50 m", "75%"],
    ]);
  });

  it("shows the same for each room, the worst first", () => {
    expect(cells(shown().querySelector("table.rooms"))).toEqual([
      ["study", "2.00 m", "1.40 m", "2.80 m"],
      ["kitchen", "1.00 m", "1.10 m", "2.20 m"],
    ]);
  });

  it("tells what 8 bits cost, where that was measured", () => {
    expect(shown().textContent).toContain("change the network's error by +0.4%");
    const report = NETWORKS.report && { ...NETWORKS.report, quantisation_loss: null };
    expect(shown({ report }).textContent).not.toContain("8 bits");
  });

  it("warns of nothing while all fits", () => {
    expect(banners({})).toEqual([]);
  });

  it("warns of receivers that are gone", () => {
    const [only, ...others] = banners({ missing_anchors: ["a", "b"] });
    expect(only).toContain("2 receivers that the networks learnt from are gone");
    expect(others).toEqual([]);
  });

  it("says once why networks rest, and not also that their receivers are gone", () => {
    const models = NETWORKS.models
      .flatMap((one) => [one, one])
      .map((one) => ({ ...one, misfit: "other_anchors" as const }));
    const [only, ...others] = banners({ models, missing_anchors: ["a", "b"] });
    expect(only).toContain("A network rests");
    expect(only).toContain("train anew");
    expect(others).toEqual([]);
  });

  it.each(["training_no_samples", "training_too_few_samples", "training_one_room"] as const)(
    "says of %s that the network in use stays",
    (problem) => {
      expect(banners({ problem })).toEqual([expect.stringContaining("The network in use stays")]);
    },
  );

  it("saves networks only where there are some", () => {
    const [train, save] = shown().querySelectorAll("button");
    train?.click();
    save?.click();
    expect([acts.train.mock.calls.length, acts.export.mock.calls.length]).toEqual([1, 1]);
    expect(shown({ models: [] }).querySelectorAll("button")[1]?.disabled).toBe(true);
  });
});
