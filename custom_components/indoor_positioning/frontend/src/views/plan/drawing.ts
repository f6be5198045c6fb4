import type { Area, Outline, Point } from "../../api/plan";
import { addBetween, addDoor, addWall, addZone, drawRoom, placeAnchor, rectangle } from "../../model/editor/edits";
import { isBetween, type Selection } from "../../model/editor/shapes";
import type { Session } from "../../model/session";
import { Store } from "../../model/store";
import { text } from "../../texts/texts";
import type { Desk, PlanTool } from "./desk";
import type { Named, Unnamed } from "./naming";
import type { ToolName } from "./toolbar";
import { OutlineTool } from "./tools/outline-tool";
import { PointTool } from "./tools/point-tool";
import { DoorTool, WallTool } from "./tools/segment-tool";
import { SelectTool } from "./tools/select-tool";

/** Metres of the rectangle that is placed where one draws without a pointer. */
const ORDINARY_ROOM: Point = [4, 3];

/** The tool in use, and what becomes of what it draws. */
export class Drawing extends Store {
  /** Of the toolbar; null while it is one that begins elsewhere. */
  name: ToolName | null = "select";
  tool: PlanTool;
  /** Drawn, and not yet told what it is. */
  unnamed: Unnamed | null = null;
  /** The area that is drawn next, where somebody asked for that one. */
  wanted: string | null = null;
  areas: readonly Area[] = [];

  constructor(
    private readonly session: Session,
    private readonly desk: Desk,
    private readonly failed: (error: unknown) => void,
  ) {
    super();
    this.tool = new SelectTool(desk);
    void this.loadAreas();
  }

  async loadAreas(): Promise<void> {
    try {
      this.areas = await this.session.api.areas();
      this.changed();
    } catch (error) {
      this.failed(error);
    }
  }

  choose(name: ToolName): void {
    this.use(this.#toolOf(name), name);
    if (name !== "select") this.desk.editor.select(null);
  }

  use(tool: PlanTool, name: ToolName | null = null): void {
    this.wanted = null;
    this.unnamed = null;
    this.tool = tool;
    this.name = name;
    this.changed();
  }

  select(selection: Selection): void {
    this.choose("select");
    this.desk.editor.select(selection);
  }

  drawArea(area: string): void {
    this.choose("rooms");
    this.wanted = area;
    this.changed();
  }

  placeAnchor(source: string): void {
    const place = ([at]: readonly Point[]): void => {
      if (at) this.putAnchor(source, at);
    };
    this.use(new PointTool(this.desk, 1, place));
  }

  putAnchor(source: string, at: Point): void {
    const { editor, floor } = this.desk;
    editor.apply(placeAnchor(editor.plan, source, floor, at));
    this.select({ kind: "anchors", id: source });
  }

  /** Draw without a pointer: a rectangle of ordinary size around `middle`, whose corners are then typed. */
  placeRectangle([x, y]: Point): void {
    const [left, bottom] = [Math.round(x - ORDINARY_ROOM[0] / 2), Math.round(y - ORDINARY_ROOM[1] / 2)];
    const outline = rectangle([left, bottom], [left + ORDINARY_ROOM[0], bottom + ORDINARY_ROOM[1]]);
    if (this.name) this.#drawn(this.name, outline);
  }

  /** Say what it is that was drawn. */
  async call(named: Named): Promise<void> {
    const { unnamed } = this;
    if (!unnamed) return;
    try {
      const drawn = await this.#become(unnamed, named);
      this.unnamed = null;
      this.changed();
      if (drawn) this.desk.editor.select(drawn);
    } catch (error) {
      this.failed(error);
    }
  }

  async #become({ kind, outline }: Unnamed, { area, name, floor }: Named): Promise<Selection | null> {
    const { editor, floor: here } = this.desk;
    if (isBetween(kind)) {
      editor.apply(addBetween(editor.plan, kind, here, floor, outline));
      return { kind, id: String(editor.plan[kind].length - 1) };
    }
    if (area === null && !name) throw new NamelessError();
    if (kind === "zones") {
      const { plan, id } = addZone(editor.plan, name, here, outline);
      editor.apply(plan);
      return { kind, id };
    }
    const id = area ?? (await this.session.api.plan.createArea(name, here));
    if (area === null) await this.loadAreas();
    const known = this.areas.find((one) => one.area_id === id);
    editor.apply(drawRoom(editor.plan, { area_id: id, name: known?.name ?? name }, here, outline));
    return { kind, id };
  }

  #toolOf(name: ToolName): PlanTool {
    const { desk } = this;
    const { editor } = desk;
    switch (name) {
      case "select":
        return new SelectTool(desk);
      case "doors":
        return new DoorTool(desk, (from, to) => {
          editor.apply(addDoor(editor.plan, desk.floor, from, to));
        });
      case "walls":
        return new WallTool(desk, (from, to) => {
          editor.apply(addWall(editor.plan, desk.floor, from, to));
        });
      default:
        return new OutlineTool(desk, (outline) => {
          this.#drawn(name, outline);
        });
    }
  }

  #drawn(kind: ToolName, outline: Outline): void {
    const { editor, floor } = this.desk;
    const wanted = editor.plan.rooms.find((room) => room.area_id === this.wanted);
    const [other, ...more] = editor.plan.floors.filter(({ id }) => id !== floor);
    this.choose("select");
    if (kind === "rooms" && wanted) {
      editor.apply(drawRoom(editor.plan, wanted, floor, outline));
      editor.select({ kind, id: wanted.area_id });
    } else if (isBetween(kind) && other && more.length === 0) {
      editor.apply(addBetween(editor.plan, kind, floor, other.id, outline));
      editor.select({ kind, id: String(editor.plan[kind].length - 1) });
    } else if (kind === "rooms" || kind === "zones" || isBetween(kind)) {
      this.unnamed = { kind, outline };
      this.changed();
    }
  }
}

/** What has a name was left without. */
class NamelessError extends Error {
  override toString(): string {
    return text("plan.nameless");
  }
}
