import { mdiDatabaseOutline } from "@mdi/js";
import { html } from "lit";
import "../seat";
import type { RenderView } from "../view";

export const renderView: RenderView = () =>
  html`<indoor-positioning-forms-view
    .icon=${mdiDatabaseOutline}
    .heading=${"data.forms_title"}
    .detail=${"data.forms_detail"}
  ></indoor-positioning-forms-view>`;
