import type { TemplateResult } from "lit";
import type { Session } from "../model/session";
import type { TextKey } from "../texts/texts";

/** What the panel hands to the view that is shown. */
export interface ViewProps {
  readonly session: Session;
  /** Hardly wider than a phone. */
  readonly narrow: boolean;
}

export type RenderView = (props: ViewProps) => TemplateResult;

/** A tab of the panel. Its module is loaded when it is opened first. */
export interface View {
  /** The last part of its address. */
  readonly path: string;
  readonly icon: string;
  readonly title: TextKey;
  readonly load: () => Promise<{ renderView: RenderView }>;
}
