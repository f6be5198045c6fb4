import type { BeaconRow } from "../api/live";
import type { Highlight } from "../map/scene";

/** How opaque a room is in which a beacon is for certain. */
const FULL = 0.28;

/** Fainter probabilities would only make the plan restless. */
const LEAST = 0.05;

/** Rooms in the colour of the beacon that is most probably in them, as strongly as it is probable. */
export function roomLights(
  beacons: ReadonlyMap<string, BeaconRow>,
  colours: ReadonlyMap<string, string>,
  chosen: string | null,
): Map<string, Highlight> {
  const lights = new Map<string, Highlight>();
  for (const [id, row] of beacons) {
    if ((chosen !== null && id !== chosen) || row.state !== "here") continue;
    for (const [room, probability] of Object.entries(row.rooms)) {
      const strength = probability * FULL;
      if (probability < LEAST || strength <= (lights.get(room)?.strength ?? 0)) continue;
      lights.set(room, { colour: colours.get(id) ?? "", strength });
    }
  }
  return lights;
}
