import { css } from "lit";
import { mapPageStyles } from "../map-page-styles";

export const liveStyles = [
  ...mapPageStyles,
  css`
    .layout {
      grid-template: "map side" minmax(0, 1fr) "history side" auto / minmax(0, 1fr) 340px;
    }
    indoor-positioning-history-bar {
      grid-area: history;
    }
    .corner {
      position: absolute;
      top: 8px;
      right: 8px;
      border: 1px solid var(--ip-line);
      background: color-mix(in srgb, var(--ip-surface) 90%, transparent);
    }
    .map {
      grid-area: map;
    }
    .side {
      grid-area: side;
    }
    .beacons {
      display: grid;
      gap: 8px;
      margin: 0;
      padding: 16px;
      list-style: none;
    }
    .beacons > li {
      overflow: hidden;
    }
    .beacons > li:has([aria-pressed="true"]) {
      border-color: var(--ip-accent);
      box-shadow: inset 0 0 0 1px var(--ip-accent);
    }
    .beacon {
      display: grid;
      grid-template: "dot name sure" "dot place sure" / auto 1fr auto;
      align-items: center;
      column-gap: 12px;
      width: 100%;
      min-height: 60px;
      padding: 8px 16px;
      border: 0;
      border-radius: var(--ip-radius);
      background: none;
      text-align: start;
    }
    .beacon:hover {
      background: color-mix(in srgb, var(--ip-text) 4%, transparent);
    }
    .beacon:focus-visible {
      outline-offset: -3px;
    }
    .detail {
      padding: 0 16px 16px;
    }
    .detail ul,
    .anchors ul {
      display: grid;
      gap: 4px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    .detail li,
    .anchors li {
      display: flex;
      justify-content: space-between;
      gap: 8px;
    }
    .rooms li {
      padding: 4px 8px;
      border-radius: 6px;
      background: linear-gradient(
          to right,
          color-mix(in srgb, var(--ip-accent) 22%, transparent) calc(var(--share) * 100%),
          transparent 0
        )
        color-mix(in srgb, var(--ip-text) 5%, transparent);
    }
    .links li {
      color: var(--ip-muted);
      font-variant-numeric: tabular-nums;
    }
    h3 {
      margin: 12px 0 4px;
      font-size: 14px;
      font-weight: 500;
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 4px 16px;
      margin: 12px 0 0;
    }
    dt {
      color: var(--ip-muted);
    }
    dd {
      margin: 0;
      text-align: end;
    }
    .warning {
      margin: 0 0 8px;
      padding: 8px;
      border-radius: 6px;
      background: color-mix(in srgb, var(--ip-warn) 22%, transparent);
    }
    .anchors {
      padding: 0 32px 24px;
      color: var(--ip-muted);
    }
    .anchors li.offline span:last-child {
      color: var(--ip-bad);
    }
    .dot {
      grid-area: dot;
      width: 14px;
      height: 14px;
      border-radius: 50%;
      background: var(--dot);
    }
    .dot.away,
    .dot.unknown {
      border: 2px solid var(--ip-muted);
      background: none;
    }
    .name {
      grid-area: name;
      overflow: hidden;
      font-weight: 500;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .place {
      grid-area: place;
      overflow: hidden;
      color: var(--ip-muted);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .sure {
      grid-area: sure;
      color: var(--ip-muted);
      font-variant-numeric: tabular-nums;
    }
    :host([narrow]) .layout {
      grid-template: "map" minmax(0, 1fr) "history" auto "side" auto / minmax(0, 1fr);
    }
    :host([narrow]) .side {
      max-height: 38dvh;
    }
    :host([narrow]) indoor-positioning-history-bar ~ .side {
      max-height: 22dvh;
    }
    :host([narrow]) .beacons {
      padding: 8px;
    }
    :host([narrow]) .anchors {
      padding: 0 24px 16px;
    }
  `,
];
