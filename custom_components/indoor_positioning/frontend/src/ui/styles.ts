import { css } from "lit";

/** Colours and measures, taken from Home Assistant's theme; light and dark come with it. */
export const tokens = css`
  :host {
    --ip-text: var(--primary-text-color, #212121);
    --ip-muted: var(--secondary-text-color, #5e5e5e);
    --ip-surface: var(--card-background-color, #fff);
    --ip-page: var(--primary-background-color, #fafafa);
    --ip-line: var(--divider-color, #e0e0e0);
    --ip-accent: var(--primary-color, #009ac7);
    --ip-on-accent: var(--text-primary-color, #fff);
    --ip-bad: var(--error-color, #db4437);
    --ip-warn: var(--warning-color, #ffa600);
    --ip-good: var(--success-color, #43a047);
    --ip-radius: var(--ha-card-border-radius, 12px);
    --ip-hover: color-mix(in srgb, var(--ip-text) 8%, transparent);
    color: var(--ip-text);
    font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
    font-size: 14px;
    line-height: 20px;
    -webkit-font-smoothing: antialiased;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;

/** Buttons, chips, fields and cards: plain elements with these classes. Targets are at least 44 pixels. */
export const controls = css`
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:disabled {
    cursor: default;
    opacity: 0.45;
  }
  :focus-visible {
    outline: 2px solid var(--ip-accent);
    outline-offset: 2px;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 44px;
    padding: 0 20px;
    border: 1px solid var(--ip-line);
    border-radius: 22px;
    background: var(--ip-surface);
    font-weight: 500;
    text-decoration: none;
    color: var(--ip-text);
  }
  .button:hover:not(:disabled) {
    background: color-mix(in srgb, var(--ip-text) 6%, var(--ip-surface));
  }
  .button.primary {
    border-color: transparent;
    background: var(--ip-accent);
    color: var(--ip-on-accent);
  }
  .button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, #000 10%, var(--ip-accent));
  }
  .button.danger {
    border-color: transparent;
    background: color-mix(in srgb, var(--ip-bad) 12%, transparent);
    color: var(--ip-bad);
  }
  .icon-button {
    display: inline-grid;
    place-items: center;
    flex: none;
    width: 44px;
    height: 44px;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
  }
  .icon-button:hover:not(:disabled) {
    background: var(--ip-hover);
  }
  .icon-button[aria-pressed="true"] {
    background: color-mix(in srgb, var(--ip-accent) 18%, transparent);
    color: var(--ip-accent);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-height: 44px;
    padding: 0 16px;
    border: 1px solid var(--ip-line);
    border-radius: 22px;
    background: var(--ip-surface);
    white-space: nowrap;
  }
  .chip[aria-pressed="true"],
  .chip[aria-checked="true"] {
    border-color: transparent;
    background: color-mix(in srgb, var(--ip-accent) 16%, var(--ip-surface));
    font-weight: 500;
  }
  .field {
    display: grid;
    /* As wide as its place, however long the choices of a select are. */
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
  }
  .field > span {
    color: var(--ip-muted);
    font-size: 12px;
    line-height: 16px;
  }
  .field input,
  .field select {
    min-height: 44px;
    padding: 0 12px;
    border: 1px solid color-mix(in srgb, var(--ip-text) 42%, transparent);
    border-radius: 8px;
    background: var(--ip-surface);
    color: inherit;
    font: inherit;
    /* Smaller letters make a phone zoom in. */
    font-size: 16px;
  }
  .card {
    border: 1px solid var(--ip-line);
    border-radius: var(--ip-radius);
    background: var(--ip-surface);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const shared = [tokens, controls];
