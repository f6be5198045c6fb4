"""Secret keys of 128 bits: reading what people paste, naming without telling, and AES in blocks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .base import IdentityError

KEY_BYTES: Final = 16
BLOCK_BYTES: Final = 16
# 48 bits tell a home's keys apart and give nothing away of 128.
_FINGERPRINT_HEX_DIGITS = 12
# "irk:" is how Home Assistant's Private BLE Device writes it.
_PREFIX = re.compile(r"^(?:irk:|eik:|0x)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s:\-.]")


def parse_key(text: str) -> bytes:
    """16 bytes out of hex (with or without separators) or base64. Raises IdentityError, which never cites the text."""
    stripped = _PREFIX.sub("", text.strip()).strip()
    key = _from_hex(_SEPARATORS.sub("", stripped))
    if key is None:
        key = _from_base64(stripped)
    if key is None:
        raise IdentityError("invalid_key_encoding", "a key must be written in hex or base64")
    if len(key) != KEY_BYTES:
        raise IdentityError("invalid_key_length", f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return key


def _from_hex(text: str) -> bytes | None:
    # Base64 of a key is 22 or 24 characters with rarely only hex digits among them; hex wins.
    try:
        return bytes.fromhex(text) if text else None
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True) or None
    except ValueError, binascii.Error:
        return None


def key_fingerprint(purpose: str, key: bytes) -> str:
    """Short stable name of a key; `purpose` keeps the same key under two kinds apart."""
    return hashlib.sha256(f"indoor_positioning {purpose} ".encode() + key).hexdigest()[:_FINGERPRINT_HEX_DIGITS]


class BlockCipher:
    """AES-128 on independent blocks.

    ECB keeps no state between blocks, so one encryptor serves for ever: making one costs ten times
    as much as encrypting a block.
    """

    __slots__ = ("_encryptor",)

    def __init__(self, key: bytes) -> None:
        """Take the key; it does not appear in the object's text."""
        # ECB is what the Bluetooth specification's security function e and Google's EID are made of:
        # single blocks of counters and random parts, never a message.
        self._encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305

    def encrypt(self, blocks: bytes) -> bytes:
        """Encrypt a multiple of 16 bytes, block by block."""
        return self._encryptor.update(blocks)
