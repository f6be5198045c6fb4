"""Computing Ephemeral Identifiers, one or very many (Google, Eddystone-EID computation)."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .keys import BLOCK_BYTES, BlockCipher

EID_BYTES = 8
# A temporary key serves while the top 16 bits of the counter stay the same: 65536 s.
_TEMPORARY_KEY_BITS = 16
_TEMPORARY_KEY_SALT = 0xFF
_COUNTER_MASK = 0xFFFFFFFF


def ephemeral_id(identity_key: bytes, exponent: int, counter: int) -> bytes:
    """The 8 bytes that a beacon sends while its counter (seconds) shares all but the lowest `exponent` bits."""
    return ephemeral_ids(BlockCipher(identity_key), exponent, counter >> exponent, 1).tobytes()


def ephemeral_ids(identity: BlockCipher, exponent: int, first: int, count: int) -> NDArray[np.uint64]:
    """EIDs of `count` consecutive quanta of 2^exponent seconds, from quantum `first` on.

    Shape (count,); each number has the EID's bytes in the order in which they are sent, so that
    `eid_number` finds them. Counters wrap after 32 bits.
    """
    quanta = np.arange(first, first + count, dtype=np.int64)
    counters = ((quanta << exponent) & _COUNTER_MASK).astype(np.uint32)
    blocks = np.zeros((count, BLOCK_BYTES), dtype=np.uint8)
    blocks[:, 11] = exponent
    blocks[:, 12:] = counters.astype(">u4").view(np.uint8).reshape(count, 4)
    heads = counters >> _TEMPORARY_KEY_BITS
    starts = [0, *(np.flatnonzero(np.diff(heads)) + 1).tolist()]
    eids = np.empty(count, dtype=np.uint64)
    for start, end in pairwise([*starts, count]):
        cipher = BlockCipher(_temporary_key(identity, int(heads[start])))
        eids[start:end] = np.frombuffer(cipher.encrypt(blocks[start:end].tobytes()), dtype=np.uint64)[::2]
    return eids


def eid_number(eid: bytes) -> int:
    """An EID's 8 bytes as `ephemeral_ids` gives them."""
    return int.from_bytes(eid, sys.byteorder)


def _temporary_key(identity: BlockCipher, head: int) -> bytes:
    return identity.encrypt(bytes(11) + bytes([_TEMPORARY_KEY_SALT, 0, 0]) + head.to_bytes(2, "big"))
