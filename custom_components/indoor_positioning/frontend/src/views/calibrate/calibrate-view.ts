import { mdiWalk } from "@mdi/js";
import { html } from "lit";
import "../seat";
import type { RenderView } from "../view";

export const renderView: RenderView = () =>
  html`<indoor-positioning-forms-view
    .icon=${mdiWalk}
    .heading=${"calibrate.forms_title"}
    .detail=${"calibrate.forms_detail"}
  ></indoor-positioning-forms-view>`;
