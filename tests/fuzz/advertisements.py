"""Fuzz target: any bytes off the air must be decoded or refused, never raise.

    python -m tests.fuzz.advertisements [--seconds 60] [--seed 1]

Uses atheris where it is installed (coverage-guided), otherwise mutates valid packets at random.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import random
import sys
import time
from collections.abc import Iterator

from custom_components.indoor_positioning.engine.identity import (
    Advertisement,
    IdentityResolver,
    Resolution,
    decode_telemetry,
    parse_advertisement,
    parse_identity,
    untrackable_reason,
)
from tests.engine.identity.frames import ADDRESS, framed, frames
from tests.engine.identity.vectors import OWN

KEY = "000102030405060708090a0b0c0d0e0f"

# One identity of every kind, so that every decoder is reached through the resolver too.
IDENTITIES = {
    "ibeacon": "f7826da6-4fa2-4e98-8024-bc5b71e0893e/7/258",
    "altbeacon": "f7826da6-4fa2-4e98-8024-bc5b71e0893e/65535",
    "eddystone_uid": "8b0ca750e7a7d4e9c1f2",
    "eddystone_url": "https://www.home-a.org/tag",
    "uribeacon": "http://a.b.org/",
    "address": "C1:02:03:04:05:06",
    "pattern": "manufacturer=1234; data=beac0000; mask=ffff; name=Key*",
    "private_address": KEY,
    "eddystone_eid": f"{KEY}/10",
}


def resolver_of_all_kinds() -> IdentityResolver:
    """One beacon a kind, with the kind for its id."""
    resolver = IdentityResolver()
    for kind, text in IDENTITIES.items():
        resolver.add(kind, parse_identity(kind, text))
    return resolver


_RESOLVER = resolver_of_all_kinds()
_CLOCK = itertools.count(1_790_000_000)


def check_advertisement(adv: Advertisement) -> Resolution | None:
    """Run everything that looks at packets over one."""
    frames(adv)
    decode_telemetry(adv)
    untrackable_reason(adv)
    resolution = _RESOLVER.resolve(adv, float(next(_CLOCK)))
    assert resolution is None or resolution.identity.assurance.rank >= resolution.assurance.rank
    return resolution


def check_bytes(data: bytes) -> None:
    """Take bytes for a packet, and for what each of the protocols calls its own."""
    adv = parse_advertisement(ADDRESS, data)
    assert sum(len(content) for content in adv.manufacturer_data.values()) <= len(data)
    check_advertisement(adv)


def mutated(rng: random.Random) -> Iterator[bytes]:
    """Valid packets with bytes changed, cut, doubled and put together, for ever."""
    packets = [vector.data for vector in OWN if vector.form == "adv"]
    while True:
        data = bytearray(b"".join(rng.choices(packets, k=rng.randint(1, 3))))
        for _ in range(rng.randint(0, 6)):
            position = rng.randrange(len(data) + 1)
            match rng.randrange(4):
                case 0:
                    data[position : position + 1] = bytes([rng.randrange(256)])
                case 1:
                    del data[position : position + rng.randint(1, 4)]
                case 2:
                    data[position:position] = rng.randbytes(rng.randint(1, 4))
                case _:
                    data[position:position] = data[position : position + rng.randint(1, 20)]
        yield bytes(data)


def main() -> int:
    """Fuzz for some time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments, rest = parser.parse_known_args()
    if importlib.util.find_spec("atheris") is None:
        return _fuzz_at_random(arguments.seconds, arguments.seed)
    atheris = importlib.import_module("atheris")
    atheris.instrument_all()
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={arguments.seconds:.0f}", f"-seed={arguments.seed}", *rest], check_bytes
    )
    atheris.Fuzz()
    return 0


def _fuzz_at_random(seconds: float, seed: int) -> int:
    rng = random.Random(seed)
    ends = time.monotonic() + seconds
    count = 0
    for data in mutated(rng):
        try:
            check_bytes(data)
            for form in ("hci", "pdu", "svc_feaa", "mfr_004c", "mfr_1234"):
                check_advertisement(framed(form, data))
        except Exception:
            print(f"packet {count} of seed {seed} raised: {data.hex()}", file=sys.stderr)
            raise
        count += 1
        if time.monotonic() >= ends:
            break
    print(f"{count} packets, none raised (seed {seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
