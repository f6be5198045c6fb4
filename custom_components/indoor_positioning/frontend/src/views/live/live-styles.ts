import { css } from "lit";
import { floorChipStyles } from "../../ui/floor-chips";
import { noticeStyles } from "../../ui/notice";
import { shared } from "../../ui/styles";

export const liveStyles = [
  shared,
  noticeStyles,
  floorChipStyles,
  css`
    :host {
      display: flex;
      flex-direction: column;
      height: 100%;
    }
    .layout {
      display: grid;
      flex: 1;
      grid-template-columns: 1fr 340px;
      min-height: 0;
    }
    .map {
      position: relative;
      min-width: 0;
      min-height: 0;
      background: var(--ip-surface);
    }
    indoor-positioning-map {
      position: absolute;
      inset: 0;
    }
    .side {
      overflow: auto;
      border-left: 1px solid var(--ip-line);
      background: var(--ip-page);
    }
    .beacons {
      display: grid;
      gap: 8px;
      margin: 0;
      padding: 16px;
      list-style: none;
    }
    .beacon {
      display: grid;
      grid-template: "dot name sure" "dot place sure" / auto 1fr auto;
      align-items: center;
      column-gap: 12px;
      width: 100%;
      min-height: 60px;
      padding: 8px 16px;
      border: 1px solid var(--ip-line);
      border-radius: var(--ip-radius);
      background: var(--ip-surface);
      text-align: start;
    }
    .beacon:hover {
      background: color-mix(in srgb, var(--ip-text) 4%, var(--ip-surface));
    }
    .beacon[aria-pressed="true"] {
      border-color: var(--ip-accent);
      box-shadow: inset 0 0 0 1px var(--ip-accent);
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
      grid-template: minmax(0, 1fr) auto / 1fr;
    }
    :host([narrow]) .side {
      max-height: 42dvh;
      border-top: 1px solid var(--ip-line);
      border-left: 0;
    }
    :host([narrow]) .beacons {
      padding: 8px;
    }
  `,
];
