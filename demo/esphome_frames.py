"""The two framings of ESPHome's native API, from the device's side: plaintext and Noise.

Plaintext: 0x00, length and message type as varints, protobuf. Noise: 0x01, a 16-bit length, and after
a handshake of the pattern NNpsk0 the encrypted type (16 bit), length (16 bit) and protobuf.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from noise.connection import NoiseConnection  # type: ignore[import-untyped] # has no types

_PLAINTEXT_MARK = 0x00
_NOISE_MARK = 0x01
_NOISE_PATTERN = b"Noise_NNpsk0_25519_ChaChaPoly_SHA256"
_NOISE_HEADER = 3

# What the firmware answers, word for word, to a key that does not fit; clients look for it.
_WRONG_KEY = b"\x01Handshake MAC failure"

# ESPHome's own limit of a message in bytes; whoever announces more speaks another language.
_MAX_FRAME = 32_768


class FrameError(ConnectionError):
    """The other side does not speak this framing; `farewell` is what to send before hanging up."""

    def __init__(self, problem: str, farewell: bytes = b"") -> None:
        super().__init__(problem)
        self.farewell = farewell


class Framing(Protocol):
    """Bytes of a connection to messages and back."""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (message type, protobuf) of every message that is complete with `data`.

        Raises FrameError.
        """

    def wrap(self, message_type: int, payload: bytes) -> bytes:
        """Return a message as bytes of the connection."""

    def take_reply(self) -> bytes:
        """Return what the framing itself has to send, once."""


class PlaintextFraming:
    """No encryption."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        self._buffer += data
        while self._buffer:
            if self._buffer[0] != _PLAINTEXT_MARK:
                raise FrameError(f"expected a plaintext frame, got mark {self._buffer[0]:#04x}")
            length, at = _read_varint(self._buffer, 1)
            message_type, at = _read_varint(self._buffer, at) if at else (0, 0)
            if length > _MAX_FRAME:
                raise FrameError(f"a frame of {length} bytes is too long")
            if not at or len(self._buffer) < at + length:
                return
            payload = bytes(self._buffer[at : at + length])
            del self._buffer[: at + length]
            yield message_type, payload

    def wrap(self, message_type: int, payload: bytes) -> bytes:
        return b"\x00" + _varint(len(payload)) + _varint(message_type) + payload

    def take_reply(self) -> bytes:
        return b""


class NoiseFraming:
    """Encrypted with a pre-shared key, as `api: encryption:` makes it."""

    def __init__(self, key: str, name: str, mac: str) -> None:
        """Expect clients that know `key` (base64 of 32 bytes)."""
        self._buffer = bytearray()
        self._reply = bytearray()
        self._greeted = False
        self._name, self._mac = name, mac
        self._noise = NoiseConnection.from_name(_NOISE_PATTERN)
        self._noise.set_as_responder()
        self._noise.set_psks(base64.b64decode(key))

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        self._buffer += data
        while len(self._buffer) >= _NOISE_HEADER:
            if self._buffer[0] != _NOISE_MARK:
                # This very mark tells a plaintext client to ask its user for the key.
                raise FrameError("a plaintext client on an encrypted proxy", _noise_frame(b"\x00Bad indicator byte"))
            length = int.from_bytes(self._buffer[1:_NOISE_HEADER])
            if len(self._buffer) < _NOISE_HEADER + length:
                return
            frame = bytes(self._buffer[_NOISE_HEADER : _NOISE_HEADER + length])
            del self._buffer[: _NOISE_HEADER + length]
            if not self._greeted:
                self._greet(frame)
            elif not self._noise.handshake_finished:
                self._shake_hands(frame)
            else:
                yield self._decrypt(frame)

    def wrap(self, message_type: int, payload: bytes) -> bytes:
        return _noise_frame(self._noise.encrypt(struct.pack(">HH", message_type, len(payload)) + payload))

    def take_reply(self) -> bytes:
        reply = bytes(self._reply)
        self._reply.clear()
        return reply

    def _greet(self, hello: bytes) -> None:
        self._noise.set_prologue(b"NoiseAPIInit" + len(hello).to_bytes(2) + hello)
        self._noise.start_handshake()
        self._greeted = True
        self._reply += _noise_frame(b"\x01" + self._name.encode() + b"\0" + self._mac.encode() + b"\0")

    def _shake_hands(self, frame: bytes) -> None:
        try:
            self._noise.read_message(frame[1:])
        except InvalidTag as error:
            farewell = bytes(self._reply) + _noise_frame(_WRONG_KEY)
            raise FrameError("the client's key does not fit", farewell) from error
        self._reply += _noise_frame(b"\x00" + self._noise.write_message())

    def _decrypt(self, frame: bytes) -> tuple[int, bytes]:
        try:
            message = bytes(self._noise.decrypt(frame))
        except InvalidTag as error:
            raise FrameError("a frame that does not decrypt") from error
        message_type, length = struct.unpack_from(">HH", message)
        return message_type, message[4 : 4 + length]


def _noise_frame(content: bytes) -> bytes:
    return bytes((_NOISE_MARK,)) + len(content).to_bytes(2) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _read_varint(buffer: bytearray, at: int) -> tuple[int, int]:
    """Return the value and the place after it, place 0 where it is not complete yet."""
    value = 0
    for shift, place in enumerate(range(at, min(at + 5, len(buffer)))):
        value |= (buffer[place] & 0x7F) << 7 * shift
        if buffer[place] < 0x80:
            return value, place + 1
    if len(buffer) >= at + 5:
        raise FrameError("a number of more than five bytes")
    return 0, 0
