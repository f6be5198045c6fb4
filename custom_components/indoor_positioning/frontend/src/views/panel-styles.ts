import { css } from "lit";
import { noticeStyles } from "../ui/notice";
import { shared } from "../ui/styles";

/** On a desk the tabs are in the head, on a phone at the bottom, where the thumb is. */
export const panelStyles = [
  shared,
  noticeStyles,
  css`
    :host {
      display: flex;
      flex-direction: column;
      height: calc(100dvh - var(--safe-area-inset-top, 0px) - var(--safe-area-inset-bottom, 0px));
      background: var(--ip-page);
    }
    header {
      display: flex;
      align-items: center;
      gap: 8px;
      flex: none;
      height: var(--header-height, 56px);
      padding: 0 16px;
      background: var(--app-header-background-color, var(--ip-surface));
      color: var(--app-header-text-color, var(--ip-text));
      border-bottom: var(--app-header-border-bottom, 1px solid var(--ip-line));
    }
    h1 {
      flex: 1;
      margin: 0;
      overflow: hidden;
      font-size: 20px;
      line-height: 28px;
      font-weight: 400;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    nav {
      display: flex;
      align-self: stretch;
    }
    nav a {
      position: relative;
      display: flex;
      align-items: center;
      gap: 8px;
      min-width: 64px;
      padding: 0 16px;
      color: inherit;
      font-weight: 500;
      text-decoration: none;
      opacity: 0.72;
    }
    nav a:hover,
    nav a[aria-current] {
      opacity: 1;
    }
    nav a[aria-current]::after {
      position: absolute;
      right: 12px;
      bottom: 0;
      left: 12px;
      height: 3px;
      border-radius: 3px 3px 0 0;
      background: currentColor;
      content: "";
    }
    nav a:focus-visible {
      outline-color: currentColor;
      outline-offset: -4px;
    }
    main {
      flex: 1;
      min-height: 0;
      overflow: auto;
    }
    :host([narrow]) header {
      padding: 0 4px;
    }
    :host([narrow]) nav {
      position: fixed;
      right: 0;
      bottom: 0;
      left: 0;
      z-index: 2;
      height: calc(56px + var(--safe-area-inset-bottom, 0px));
      padding-bottom: var(--safe-area-inset-bottom, 0px);
      border-top: 1px solid var(--ip-line);
      background: var(--ip-surface);
      color: var(--ip-text);
    }
    :host([narrow]) nav a {
      flex: 1;
      flex-direction: column;
      justify-content: center;
      gap: 2px;
      min-width: 0;
      padding: 0 4px;
      font-size: 12px;
      line-height: 16px;
    }
    :host([narrow]) nav a[aria-current] {
      color: var(--ip-accent);
    }
    :host([narrow]) nav a[aria-current]::after {
      top: 0;
      bottom: auto;
      border-radius: 0 0 3px 3px;
    }
    :host([narrow]) main {
      margin-bottom: 56px;
    }
  `,
];
