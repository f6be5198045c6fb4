import { mdiFloorPlan } from "@mdi/js";
import { html } from "lit";
import "../seat";
import type { RenderView } from "../view";

export const renderView: RenderView = () =>
  html`<indoor-positioning-forms-view
    .icon=${mdiFloorPlan}
    .heading=${"plan.forms_title"}
    .detail=${"plan.forms_detail"}
  ></indoor-positioning-forms-view>`;
