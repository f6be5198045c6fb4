import { css, html, nothing, type TemplateResult } from "lit";
import { icon } from "./icon";

/** A whole place that has nothing to show: why, and what to do about it. */
export function emptyState(
  iconPath: string,
  title: string,
  detail: string,
  action: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="empty-state">
    <span class="empty-icon">${icon(iconPath, 40)}</span>
    <h2>${title}</h2>
    <p>${detail}</p>
    ${action}
  </div>`;
}

/** A line above what is shown, such as a lost connection. */
export function banner(iconPath: string, message: string, kind: "info" | "bad" = "info"): TemplateResult {
  return html`<div class="banner ${kind}" role="status">${icon(iconPath, 20)}<span>${message}</span></div>`;
}

export const noticeStyles = css`
  .empty-state {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: 8px;
    min-height: 240px;
    height: 100%;
    padding: 24px;
    text-align: center;
  }
  .empty-icon {
    display: grid;
    place-items: center;
    width: 80px;
    height: 80px;
    margin-bottom: 8px;
    border-radius: 50%;
    background: color-mix(in srgb, var(--ip-accent) 12%, transparent);
    color: var(--ip-accent);
  }
  .empty-state h2 {
    margin: 0;
    font-size: 20px;
    line-height: 28px;
    font-weight: 500;
  }
  .empty-state p {
    max-width: 44ch;
    margin: 0 0 8px;
    color: var(--ip-muted);
  }
  .banner {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 12px 16px;
    background: color-mix(in srgb, var(--ip-accent) 12%, var(--ip-surface));
  }
  .banner.bad {
    background: color-mix(in srgb, var(--ip-bad) 12%, var(--ip-surface));
  }
  .banner svg {
    flex: none;
  }
`;
