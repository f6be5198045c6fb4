import { css, html, LitElement, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { text, type TextKey } from "../texts/texts";
import { define } from "../ui/define";
import { emptyState, noticeStyles } from "../ui/notice";
import { shared } from "../ui/styles";

/** Where the integration's own forms are. */
const FORMS = "/config/integrations/integration/indoor_positioning";

/** A view whose work is done in the integration's forms: it says so, and leads there. */
export class FormsView extends LitElement {
  static override styles = [
    shared,
    noticeStyles,
    css`
      :host {
        display: block;
        height: 100%;
      }
    `,
  ];

  @property({ attribute: false }) icon = "";
  @property({ attribute: false }) heading: TextKey = "panel.title";
  @property({ attribute: false }) detail: TextKey = "panel.title";

  protected override render(): TemplateResult {
    const link = html`<a class="button primary" href=${FORMS}>${text("panel.open_forms")}</a>`;
    return emptyState(this.icon, text(this.heading), text(this.detail), link);
  }
}

define("indoor-positioning-forms-view", FormsView);
