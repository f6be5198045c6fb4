import { css } from "lit";

export const mapStyles = css`
  :host {
    --ip-floor: color-mix(in srgb, var(--ip-text) 4%, var(--ip-surface));
    --ip-wall: color-mix(in srgb, var(--ip-text) 62%, var(--ip-surface));
    --ip-zone: color-mix(in srgb, var(--ip-accent) 70%, var(--ip-text));
    --ip-anchor: color-mix(in srgb, var(--ip-text) 70%, var(--ip-surface));
    position: relative;
    display: block;
    overflow: hidden;
    background: var(--ip-surface);
    user-select: none;
    -webkit-user-select: none;
  }
  .stage {
    position: absolute;
    inset: 0;
    touch-action: none;
    cursor: grab;
  }
  .stage:focus-visible {
    outline-offset: -2px;
  }
  :host([embedded]) .stage {
    touch-action: pan-x pan-y;
    cursor: default;
  }
  svg.plan,
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  canvas {
    pointer-events: none;
  }
  .floor {
    fill: var(--ip-floor);
  }
  .grounded .floor {
    fill-opacity: 0.12;
  }
  .light {
    transition: fill-opacity 0.4s;
  }
  /* Where rooms change all the time, fading them would have the whole plan drawn anew with every frame. */
  .busy .light {
    transition: none;
  }
  .outline,
  .wall {
    fill: none;
    stroke: var(--ip-wall);
    stroke-width: 2.5;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .door {
    stroke: var(--ip-floor);
    stroke-width: 5;
  }
  .treads {
    fill: url(#treads);
  }
  .opening {
    fill: none;
    stroke: var(--ip-wall);
    stroke-width: 1.5;
    stroke-dasharray: 2 4;
  }
  .edge {
    fill: none;
    stroke: var(--ip-wall);
    stroke-width: 1;
  }
  .tread {
    stroke: var(--ip-wall);
    stroke-width: 1;
    opacity: 0.7;
  }
  .zone path {
    fill: color-mix(in srgb, var(--ip-accent) 8%, transparent);
    stroke: var(--ip-zone);
    stroke-width: 1.5;
    stroke-dasharray: 5 4;
  }
  .label,
  .rssi {
    fill: var(--ip-text);
    font-size: 13px;
    font-weight: 500;
    text-anchor: middle;
    dominant-baseline: central;
    paint-order: stroke;
    stroke: var(--ip-surface);
    stroke-width: 3px;
    stroke-linejoin: round;
    pointer-events: none;
  }
  .label {
    fill: var(--ip-muted);
  }
  .zone-label {
    fill: var(--ip-zone);
    font-size: 11px;
  }
  .rssi {
    font-size: 11px;
  }
  .anchor .body {
    fill: var(--ip-surface);
    stroke: var(--ip-anchor);
    stroke-width: 2;
  }
  .anchor .core {
    fill: var(--ip-anchor);
  }
  .anchor.silent .body {
    stroke: var(--ip-warn);
    stroke-dasharray: 3 2.5;
  }
  .anchor.silent .core {
    fill: var(--ip-warn);
  }
  .anchor.offline .body {
    fill: var(--ip-bad);
    stroke: var(--ip-surface);
  }
  .anchor .cross {
    stroke: #fff;
    stroke-width: 2;
    stroke-linecap: round;
  }
  .zoom {
    position: absolute;
    right: 8px;
    bottom: 8px;
    display: grid;
    overflow: hidden;
    border: 1px solid var(--ip-line);
    border-radius: 22px;
    background: color-mix(in srgb, var(--ip-surface) 90%, transparent);
  }
  .zoom .icon-button:focus-visible {
    outline-offset: -3px;
  }
  @media (pointer: coarse) {
    .zoom .step {
      display: none;
    }
  }
  .sketch {
    pointer-events: none;
  }
  .drawn,
  .selected {
    fill: none;
    stroke: var(--ip-accent);
    stroke-width: 3;
    stroke-linejoin: round;
  }
  .drawn.closed,
  path.selected {
    fill: color-mix(in srgb, var(--ip-accent) 14%, transparent);
  }
  .corner,
  .middle {
    fill: var(--ip-surface);
    stroke: var(--ip-accent);
    stroke-width: 3;
  }
  .corner.first,
  .corner.chosen {
    fill: var(--ip-accent);
  }
  .middle {
    stroke-width: 2;
    stroke-opacity: 0.6;
  }
  .guide {
    stroke: var(--ip-warn);
    stroke-dasharray: 6 4;
    stroke-width: 1.5;
  }
  .length {
    fill: var(--ip-text);
    font-size: 12px;
    font-weight: 500;
    text-anchor: middle;
    paint-order: stroke;
    stroke: var(--ip-surface);
    stroke-width: 4;
  }
  .survey {
    pointer-events: none;
  }
  .sample {
    fill: var(--ip-good);
    fill-opacity: 0.75;
    stroke: var(--ip-surface);
    stroke-width: 1.5;
  }
  .sample.fair {
    fill: var(--ip-warn);
  }
  .sample.poor {
    fill: var(--ip-bad);
  }
  .next circle {
    fill: none;
    stroke: var(--ip-accent);
    stroke-width: 3;
  }
  .next .pulse {
    animation: pulse 1.6s ease-out infinite;
    transform-origin: 0 0;
    transform-box: view-box;
  }
  @keyframes pulse {
    from {
      opacity: 1;
      r: 8px;
    }
    to {
      opacity: 0;
      r: 26px;
    }
  }
  .pin {
    fill: var(--ip-accent);
    stroke: var(--ip-surface);
    stroke-width: 2;
  }
`;
