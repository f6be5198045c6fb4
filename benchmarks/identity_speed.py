"""What it costs to know who is who: packets of strangers and of tracked beacons through the resolver.

`measure()` returns every figure with its unit in its name; `python -m benchmarks.identity_speed` prints them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable

from custom_components.indoor_positioning.engine.identity import (
    Advertisement,
    IdentityResolver,
    parse_advertisement,
    parse_identity,
)
from custom_components.indoor_positioning.engine.identity.clone_watch import CloneWatch
from custom_components.indoor_positioning.engine.identity.eddystone import EDDYSTONE_UUID
from custom_components.indoor_positioning.engine.identity.ephemeral_id import ephemeral_id
from custom_components.indoor_positioning.engine.identity.private_address import ah
from custom_components.indoor_positioning.engine.identity.sighting import Sighting

NOW = 1_790_000_000.0
STRANGERS = 5000
KEYS = 20
# What phones and watches do (Bluetooth Core, Vol 3 Part C, TGAP(private_addr_int), recommended value).
ROTATION_S = 900.0
REPEATS = 5
RESOLVING = f"resolving {STRANGERS} strangers that rotate, {KEYS} keys, ms/s"


def measure(seed: int = 1) -> dict[str, float]:
    """All figures; the best of some repetitions each, as other work on the machine only adds."""
    rng = random.Random(seed)
    return {**_strangers(rng), **_tracked(rng), **_ephemeral(rng), **_clone_watch(rng)}


def best_seconds(run: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> float:
    """Shortest of some runs, each after its preparation."""
    times: list[float] = []
    for _ in range(REPEATS):
        prepare()
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def _private_address(rng: random.Random, irk: bytes) -> str:
    prand = bytes([rng.randrange(64) | 0x40]) + rng.randbytes(2)
    return ":".join(f"{byte:02X}" for byte in prand + ah(irk, prand))


def _home(keys: Iterable[bytes]) -> IdentityResolver:
    """A home with phones, tags of every usual kind, and an EID beacon."""
    resolver = IdentityResolver()
    for number, key in enumerate(keys):
        resolver.add(f"phone {number}", parse_identity("private_address", key.hex()))
    for number in range(10):
        resolver.add(f"tag {number}", parse_identity("ibeacon", f"f7826da6-4fa2-4e98-8024-bc5b71e0893e/1/{number}"))
        resolver.add(f"keys {number}", parse_identity("address", f"C0:00:00:00:01:{number:02X}"))
    resolver.add("locker", parse_identity("eddystone_eid", f"{bytes(16).hex()}/10"))
    return resolver


def _strangers(rng: random.Random) -> dict[str, float]:
    keys = [rng.randbytes(16) for _ in range(KEYS)]
    addresses = [_private_address(rng, rng.randbytes(16)) for _ in range(STRANGERS)]
    packets = [Advertisement(address, {0x004C: rng.randbytes(8)}) for address in addresses]
    changed = [Advertisement(adv.address, {0x004C: rng.randbytes(8)}) for adv in packets]
    home = [_home(keys)]

    def hear(heard: list[Advertisement]) -> None:
        for adv in heard:
            home[0].resolve(adv, NOW)

    def fresh() -> None:
        home[0] = _home(keys)

    new = best_seconds(lambda: hear(packets), fresh)
    hear(packets)
    again = best_seconds(lambda: hear(packets))
    with_new_payload = best_seconds(lambda: hear(changed), lambda: hear(packets))
    return {
        "new stranger, µs": new / STRANGERS * 1e6,
        "known stranger, same payload, µs": again / STRANGERS * 1e6,
        "known stranger, new payload, µs": with_new_payload / STRANGERS * 1e6,
        RESOLVING: new / ROTATION_S * 1e3,
    }


def _tracked(rng: random.Random) -> dict[str, float]:
    keys = [rng.randbytes(16) for _ in range(KEYS)]
    home = _home(keys)
    phones = [Advertisement(_private_address(rng, key), {0x004C: rng.randbytes(8)}) for key in keys]
    frame = bytes.fromhex("02010 61aff4c000215f7826da64fa24e988024bc5b71e0893e00010003c5".replace(" ", ""))
    tag = parse_advertisement("C0:00:00:00:00:01", frame)
    rounds = 100

    def hear() -> None:
        for _ in range(rounds):
            for adv in phones:
                home.resolve(adv, NOW)
            home.resolve(tag, NOW)

    hear()
    return {
        "tracked beacon, µs": best_seconds(hear) / (rounds * (len(phones) + 1)) * 1e6,
        "raw bytes to advertisement, µs": best_seconds(
            lambda: [parse_advertisement("C0:00:00:00:00:01", frame) for _ in range(1000)]
        )
        / 1000
        * 1e6,
    }


def _ephemeral(rng: random.Random) -> dict[str, float]:
    """An unknown clock is the costliest: both tables are made for the first EID that is not expected."""
    figures: dict[str, float] = {}
    stranger = Advertisement("4A:00:00:00:00:01", service_data={EDDYSTONE_UUID: b"\x30\xee" + rng.randbytes(8)})
    for exponent in (0, 10):
        made = [parse_identity("eddystone_eid", f"{bytes(16).hex()}/{exponent}")]

        def fresh(exponent: int = exponent, made: list = made) -> None:  # type: ignore[type-arg]
            made[0] = parse_identity("eddystone_eid", f"{bytes(16).hex()}/{exponent}")

        first = best_seconds(lambda made=made: made[0].matches(stranger, NOW), fresh)  # type: ignore[misc]
        figures[f"EID, first search with K = {exponent}, ms"] = first * 1e3
    home = _home([])
    own = b"\x30\xee" + ephemeral_id(bytes(16), 10, int(NOW))
    home.resolve(Advertisement("4A:00:00:00:00:02", service_data={EDDYSTONE_UUID: own}), NOW)
    packets = [
        Advertisement(f"4A:00:00:00:{number >> 8:02X}:{number & 255:02X}", service_data={EDDYSTONE_UUID: own})
        for number in range(1000)
    ]
    hear = best_seconds(lambda: [home.resolve(adv, NOW) for adv in packets], lambda: home.forget_learnt("nobody"))
    figures["EID, packet, µs"] = hear / len(packets) * 1e6
    return figures


def _clone_watch(rng: random.Random) -> dict[str, float]:
    """Thirty beacons, eight anchors, five minutes of one packet a second each."""
    sightings = [
        Sighting(
            second + rng.random(),
            f"tag {tag}",
            f"anchor {anchor}",
            -60 - rng.randrange(30),
            f"C0:{tag}",
            f"ibeacon:{tag}",
        )
        for second in range(300)
        for tag in range(30)
        for anchor in range(8)
    ]
    sightings.sort(key=lambda sighting: sighting.time)
    watch = [CloneWatch()]

    def fresh() -> None:
        watch[0] = CloneWatch(lambda first, second: 5.0)

    def hear() -> None:
        for sighting in sightings:
            watch[0].observe(sighting)

    return {"clone watch, reception, µs": best_seconds(hear, fresh) / len(sightings) * 1e6}


def main() -> None:
    """Print the figures."""
    for name, value in measure().items():
        print(f"{value:10.3f}  {name}")


if __name__ == "__main__":
    main()
