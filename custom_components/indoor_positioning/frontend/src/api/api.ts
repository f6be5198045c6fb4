import type { Reference, Stand, Survey, SurveyReport } from "./calibration";
import type { HomeFile, ImportReport, NetworkReport, Networks } from "./data";
import type { Connection, Message } from "./hass";
import type { LinksEvent, LiveEvent } from "./live";
import type { Picture, PictureData, PicturePlacement } from "./pictures";
import type { AccuracyMap, Area, Finding, Plan, PlanChanges, Point } from "./plan";
import { keepSubscribed, type Listener } from "./subscription";
import type { TrackHeat, TrackList, TrackPoint } from "./tracks";

const DOMAIN = "indoor_positioning";

/** The place of a beacon that is carried about. */
const NOWHERE = { area_id: null, x: null, y: null, height: null };

/** The commands of docs/developers/websocket.md. Each rejects with a `Refusal`, whose text may be shown as it is. */
export class Api {
  constructor(readonly connection: Connection) {}

  readonly plan = {
    get: (): Promise<Plan> => this.call("plan/get"),
    check: async (changes: PlanChanges): Promise<readonly Finding[]> =>
      (await this.call<{ findings: Finding[] }>("plan/check", { ...changes })).findings,
    save: (revision: string, changes: PlanChanges): Promise<Plan> => this.call("plan/save", { revision, ...changes }),
    createArea: async (name: string, floor_id: string | null): Promise<string> =>
      (await this.call<{ area_id: string }>("plan/create_area", { name, floor_id })).area_id,
  };

  readonly pictures = {
    list: async (): Promise<readonly Picture[]> => (await this.call<{ pictures: Picture[] }>("pictures/list")).pictures,
    get: (floor_id: string): Promise<PictureData> => this.call("pictures/get", { floor_id }),
    set: (floor_id: string, upload: string): Promise<Picture> => this.call("pictures/set", { floor_id, upload }),
    place: (floor_id: string, placement: PicturePlacement): Promise<Picture> =>
      this.call("pictures/place", { floor_id, ...placement }),
    remove: (floor_id: string): Promise<null> => this.call("pictures/remove", { floor_id }),
  };

  readonly tracks = {
    list: (): Promise<TrackList> => this.call("tracks/list"),
    get: async (beacon: string, start: number, end: number, points: number): Promise<readonly TrackPoint[]> =>
      (await this.call<{ points: TrackPoint[] }>("tracks/get", { beacon, start, end, points })).points,
    heat: (beacon: string, floor_id: string, start: number, end: number): Promise<TrackHeat> =>
      this.call("tracks/heat", { beacon, floor_id, start, end }),
  };

  /** All areas of the household, whether rooms or not. */
  areas(): Promise<readonly Area[]> {
    return this.connection.sendMessagePromise({ type: "config/area_registry/list" });
  }

  readonly calibration = {
    start: (beacon: string, area_id: string, place?: { x: number; y: number }): Promise<null> =>
      this.call("calibration/start", { beacon, area_id, ...place }),
    startLine: (beacon: string, floor_id: string, [x, y]: Point): Promise<null> =>
      this.call("calibration/start_line", { beacon, floor_id, x, y }),
    corner: ([x, y]: Point): Promise<null> => this.call("calibration/corner", { x, y }),
    reference: (beacon: string, place: Omit<Reference, "beacon"> | null): Promise<null> =>
      this.call("calibration/reference", { beacon, ...(place ?? NOWHERE) }),
    finish: (): Promise<null> => this.call("calibration/finish"),
    cancel: (): Promise<null> => this.call("calibration/cancel"),
    undo: (): Promise<{ samples: readonly string[] }> => this.call("calibration/undo"),
    samples: (): Promise<Survey> => this.call("calibration/samples"),
    delete: (samples: readonly string[]): Promise<null> => this.call("calibration/delete", { samples }),
    report: (): Promise<SurveyReport> => this.call("calibration/report"),
    progress: (listener: Listener<Stand>): (() => void) => this.follow("calibration/progress", listener),
  };

  readonly home = {
    export: (): Promise<HomeFile> => this.call("home/export"),
    /** With `dry_run` only told what it would do. */
    import: (upload: string, dry_run: boolean): Promise<ImportReport> => this.call("home/import", { upload, dry_run }),
  };

  readonly networks = {
    follow: (listener: Listener<Partial<Networks>>): (() => void) => this.follow("networks/subscribe", listener),
    train: (): Promise<NetworkReport> => this.call("networks/train"),
    export: (): Promise<{ filename: string; content: string }> => this.call("networks/export"),
  };

  accuracyMap(floor_id: string, changes: PlanChanges = {}): Promise<AccuracyMap> {
    return this.call("accuracy_map", { floor_id, ...changes });
  }

  /** Follows the beacons and anchors until the returned function is called. */
  live(listener: Listener<LiveEvent>): () => void {
    return this.follow("live/subscribe", listener);
  }

  /** Follows who hears one beacon. */
  links(beacon: string, listener: Listener<LinksEvent>): () => void {
    return this.follow("live/links", listener, { beacon });
  }

  /** Sends any other command of ours. */
  call<T>(command: string, fields: Record<string, unknown> = {}): Promise<T> {
    return this.connection.sendMessagePromise<T>(message(command, fields));
  }

  /** Keeps any other subscription of ours. */
  follow<Event extends object>(
    command: string,
    listener: Listener<Event>,
    fields: Record<string, unknown> = {},
  ): () => void {
    return keepSubscribed(this.connection, message(command, fields), listener);
  }
}

function message(command: string, fields: Record<string, unknown>): Message {
  return { ...fields, type: `${DOMAIN}/${command}` };
}
