import { svg, html, type TemplateResult } from "lit";

/** An icon of 24 units, given by its path; it says nothing to a screen reader, so what it is in must. */
export function icon(path: string, size = 24): TemplateResult {
  return html`<svg
    viewBox="0 0 24 24"
    width=${size}
    height=${size}
    fill="currentColor"
    aria-hidden="true"
    focusable="false"
  >
    ${svg`<path d=${path}></path>`}
  </svg>`;
}
