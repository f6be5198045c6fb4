import { css } from "lit";
import { mapPageStyles } from "../map-page-styles";

/** On a phone everything that is tapped lies in the lower half, where the thumb is. */
export const calibrateStyles = [
  ...mapPageStyles,
  css`
    .layout {
      grid-template-columns: minmax(0, 1fr) 340px;
    }
    .side {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      align-content: start;
      gap: 16px;
      padding: 16px;
    }
    .sheet {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 12px;
      padding: 16px;
    }
    .sheet.collecting {
      justify-items: center;
      text-align: center;
    }
    .modes {
      display: flex;
      gap: 8px;
    }
    .modes .chip {
      flex: 1;
      justify-content: center;
    }
    .row {
      display: flex;
      gap: 8px;
      width: 100%;
    }
    .row .button {
      flex: 1;
    }
    h3 {
      margin: 0;
      font-size: 16px;
      line-height: 24px;
      font-weight: 500;
    }
    p {
      margin: 0;
    }
    .hint {
      color: var(--ip-muted);
    }
    .wish {
      font-size: 16px;
      line-height: 24px;
      font-weight: 500;
    }
    .warning {
      padding: 12px;
      border-radius: 8px;
      background: color-mix(in srgb, var(--ip-warn) 18%, transparent);
    }
    .done-line {
      display: flex;
      gap: 12px;
      align-items: center;
    }
    .done-line span {
      flex: 1;
    }
    .done-line svg {
      flex: none;
      color: var(--ip-good);
    }
    .ring {
      position: relative;
      width: 144px;
      height: 144px;
    }
    .ring svg {
      width: 100%;
      height: 100%;
      transform: rotate(-90deg);
    }
    .ring circle {
      fill: none;
      stroke-width: 10;
    }
    .ring .track {
      stroke: var(--ip-line);
    }
    .ring .done {
      stroke: var(--ip-accent);
      stroke-linecap: round;
      transition: stroke-dasharray 0.4s linear;
    }
    .ring .done.moving {
      stroke: var(--ip-warn);
    }
    .ring b {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: center;
      font-size: 28px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
    }
    .survey {
      display: grid;
      gap: 8px;
    }
    .survey ul {
      display: grid;
      gap: 4px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    .survey li {
      display: flex;
      gap: 12px;
      align-items: center;
      min-height: 52px;
    }
    .survey li span {
      display: grid;
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    small {
      color: var(--ip-muted);
      font-size: 12px;
    }
    .quality {
      flex: none;
      width: 12px;
      height: 12px;
      border-radius: 50%;
      background: var(--ip-good);
    }
    .quality.fair {
      background: var(--ip-warn);
    }
    .quality.poor {
      background: var(--ip-bad);
    }
    summary {
      min-height: 44px;
      line-height: 44px;
      cursor: pointer;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-variant-numeric: tabular-nums;
    }
    th {
      font-weight: 500;
      text-align: start;
    }
    td,
    th {
      padding: 4px 8px 4px 0;
      border-bottom: 1px solid var(--ip-line);
    }
    :host([narrow]) .layout {
      grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    }
    :host([narrow]) .side {
      max-height: 56dvh;
      padding: 8px;
    }
    :host([narrow]) .sheet {
      gap: 8px;
      padding: 12px;
    }
    :host([narrow]) .start {
      position: sticky;
      bottom: 0;
    }
    :host([narrow]) .ring {
      width: 112px;
      height: 112px;
    }
  `,
];
