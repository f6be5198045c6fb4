import { css } from "lit";
import { floorChipStyles } from "../ui/floor-chips";
import { noticeStyles } from "../ui/notice";
import { shared } from "../ui/styles";

/** A map with something beside it; on a phone that lies beneath. Each view lays out its own grid. */
export const mapPageStyles = [
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
    :host([narrow]) .side {
      border-top: 1px solid var(--ip-line);
      border-left: 0;
    }
  `,
];
