import { css } from "lit";
import { mapPageStyles } from "../map-page-styles";

export const planStyles = [
  ...mapPageStyles,
  css`
    .layout {
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) 340px;
    }
    .toolbar {
      display: flex;
      align-items: center;
      gap: 2px;
      padding: 4px 8px;
      overflow-x: auto;
      border-bottom: 1px solid var(--ip-line);
      background: var(--ip-surface);
      scrollbar-width: none;
    }
    .gap {
      flex: 1;
    }
    /* Seen even where the tools do not fit in. */
    .steps {
      position: sticky;
      right: 0;
      flex: none;
      background: var(--ip-surface);
    }
    .tool {
      display: inline-flex;
      flex: none;
      align-items: center;
      gap: 6px;
      min-width: 44px;
      min-height: 44px;
      padding: 0 8px;
      border: 0;
      border-radius: 22px;
      background: none;
    }
    .tool:hover {
      background: var(--ip-hover);
    }
    .tool[aria-pressed="true"] {
      background: color-mix(in srgb, var(--ip-accent) 18%, transparent);
      font-weight: 500;
    }
    .hint-bar {
      position: absolute;
      right: 64px;
      bottom: 16px;
      left: 16px;
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      width: fit-content;
      padding: 8px 16px;
      border-radius: 16px;
      background: color-mix(in srgb, var(--ip-text) 86%, transparent);
      color: var(--ip-surface);
    }
    .hint-bar button {
      min-height: 36px;
      padding: 0 12px;
      border: 1px solid currentColor;
      border-radius: 18px;
      background: none;
      color: inherit;
    }
    .side {
      grid-row: 1 / 3;
      grid-column: 2;
    }
    .side > .inner {
      display: grid;
      gap: 16px;
      padding: 16px;
    }
    .save {
      position: sticky;
      top: 0;
      z-index: 1;
      display: flex;
      gap: 8px;
      padding: 12px 16px;
      border-bottom: 1px solid var(--ip-line);
      background: var(--ip-surface);
    }
    .save .button {
      flex: 1;
    }
    .card {
      display: grid;
      gap: 12px;
      padding: 16px;
    }
    .selection header {
      display: flex;
      align-items: center;
      margin: -8px -8px 0 0;
    }
    h3 {
      flex: 1;
      margin: 0;
      overflow: hidden;
      font-size: 16px;
      line-height: 24px;
      font-weight: 500;
      text-overflow: ellipsis;
    }
    .lists {
      display: grid;
      gap: 8px;
    }
    .lists ul,
    .findings,
    .legend {
      display: grid;
      gap: 4px;
      margin: 0 0 8px;
      padding: 0;
      list-style: none;
    }
    .row-button {
      display: flex;
      align-items: center;
      gap: 12px;
      width: 100%;
      min-height: 44px;
      padding: 0 12px;
      border: 1px solid transparent;
      border-radius: 8px;
      background: none;
      text-align: start;
    }
    .row-button:hover {
      background: var(--ip-hover);
    }
    .row-button[aria-pressed="true"] {
      border-color: var(--ip-accent);
      background: color-mix(in srgb, var(--ip-accent) 12%, transparent);
    }
    .row-button svg {
      flex: none;
      color: var(--ip-good);
    }
    .row-button.todo svg {
      color: var(--ip-accent);
    }
    .row-button span {
      flex: 1;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .row-button em {
      color: var(--ip-accent);
      font-style: normal;
      font-weight: 500;
    }
    .row {
      display: flex;
      gap: 8px;
      justify-content: flex-end;
    }
    .wrap {
      flex-wrap: wrap;
      justify-content: flex-start;
    }
    .pair {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 8px;
      margin: 8px 0 0;
      padding: 0;
      border: 0;
    }
    .pair legend {
      padding: 0 0 4px;
      font-weight: 500;
    }
    .pair input {
      width: 100%;
      min-width: 0;
    }
    summary {
      min-height: 44px;
      line-height: 44px;
      cursor: pointer;
    }
    .hint {
      margin: 0;
      color: var(--ip-muted);
    }
    .good {
      display: flex;
      gap: 12px;
      align-items: center;
      margin: 0;
    }
    .good svg {
      color: var(--ip-good);
    }
    .findings li {
      display: grid;
      grid-template-columns: 20px 1fr;
      gap: 12px;
      padding: 8px 0;
    }
    .findings svg {
      color: var(--ip-warn);
    }
    .legend {
      margin-top: 12px;
    }
    .legend li {
      display: flex;
      align-items: center;
      gap: 12px;
    }
    .legend i {
      width: 24px;
      height: 16px;
      border-radius: 4px;
      opacity: 0.75;
    }
    .file {
      width: fit-content;
      cursor: pointer;
    }
    .file:focus-within {
      outline: 2px solid var(--ip-accent);
      outline-offset: 2px;
    }
    progress {
      width: 100%;
    }
    :host([narrow]) .layout {
      position: relative;
      grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    }
    :host([narrow]) .side {
      grid-row: 3;
      grid-column: 1;
      max-height: 40dvh;
    }
    /* Seven targets of 44 pixels leave 52 of the smallest phone's 360: the two steps lie upon the map. */
    :host([narrow]) .toolbar {
      gap: 0;
      padding: 4px 0;
    }
    :host([narrow]) .steps {
      position: absolute;
      z-index: 1;
      top: 60px;
      right: 8px;
      border-radius: 22px;
      box-shadow: 0 1px 4px rgb(0 0 0 / 30%);
    }
    :host([narrow]) .tool {
      flex-direction: column;
      gap: 0;
      padding: 4px 2px;
      border-radius: 12px;
      font-size: 11px;
      line-height: 14px;
    }
    :host([narrow]) .hint-bar {
      bottom: 8px;
      left: 8px;
    }
  `,
];
