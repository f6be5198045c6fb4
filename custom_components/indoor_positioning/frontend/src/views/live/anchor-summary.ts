import { html, nothing, type TemplateResult } from "lit";
import type { AnchorHealth } from "../../api/live";
import type { Plan } from "../../api/plan";
import { plural, text } from "../../texts/texts";

/** How the anchors do, in words: how many listen, and which do not. */
export function anchorSummary(
  plan: Plan | null,
  health: ReadonlyMap<string, AnchorHealth>,
): TemplateResult | typeof nothing {
  if (health.size === 0) return nothing;
  const ailing = [...health].filter(([, one]) => one !== "listening");
  const name = (source: string): string => plan?.anchors.find((anchor) => anchor.source === source)?.name ?? source;
  return html`<section class="anchors">
    <h3>${plural("live.anchors", health.size - ailing.length)}</h3>
    ${
      ailing.length > 0
        ? html`<ul>
            ${ailing.map(
              ([source, one]) =>
                html`<li class=${one}><span>${name(source)}</span><span>${text(`live.${one}`)}</span></li>`,
            )}
          </ul>`
        : nothing
    }
  </section>`;
}
