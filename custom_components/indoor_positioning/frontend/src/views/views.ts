import { mdiDatabaseOutline, mdiFloorPlan, mdiMapMarkerRadius, mdiWalk } from "@mdi/js";
import type { View } from "./view";

/** The tabs of the panel, in their order. */
export const VIEWS: readonly [View, ...View[]] = [
  { path: "live", icon: mdiMapMarkerRadius, title: "panel.live", load: () => import("./live/live-view") },
  { path: "plan", icon: mdiFloorPlan, title: "panel.plan", load: () => import("./plan/plan-view") },
  { path: "calibrate", icon: mdiWalk, title: "panel.calibrate", load: () => import("./calibrate/calibrate-view") },
  { path: "data", icon: mdiDatabaseOutline, title: "panel.data", load: () => import("./data/data-view") },
];
