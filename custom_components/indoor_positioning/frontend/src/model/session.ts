import { Api } from "../api/api";
import type { Hass } from "../api/hass";
import { LiveStore } from "./live-store";
import { PictureStore } from "./picture-store";
import { PlanStore } from "./plan-store";
import { unitsOf, type Units } from "./units";

/** What one panel or card shares with all that it shows. */
export class Session {
  readonly api: Api;
  readonly plan: PlanStore;
  readonly pictures: PictureStore;
  readonly live: LiveStore;

  constructor(hass: Hass) {
    this.api = new Api(hass.connection);
    this.plan = new PlanStore(this.api);
    this.pictures = new PictureStore(this.api);
    this.live = new LiveStore(this.api, () => {
      void this.plan.load();
      void this.pictures.load();
    });
    this.admin = hass.user?.is_admin ?? false;
    this.units = unitsOf(hass.config.unit_system.length, languageOf(hass));
  }

  readonly admin: boolean;
  readonly units: Units;

  start(): void {
    this.live.start();
  }

  stop(): void {
    this.live.stop();
  }
}

/** The user's language, for texts and numbers. */
export function languageOf(hass: Hass): string {
  return hass.locale?.language ?? hass.language;
}
