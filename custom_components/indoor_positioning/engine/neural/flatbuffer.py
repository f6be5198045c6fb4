"""FlatBuffers, as much of them as a .tflite file needs: a builder, and a reader that trusts nothing it is given.

The format: google.github.io/flatbuffers, "FlatBuffer Internals". Written by hand over `struct`, since it is less code
than the package `flatbuffers` with generated classes, needs nothing installed, and every access can be checked here.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

UOFFSET = 4
VOFFSET = 2

# Tables are placed so that fields of 8 bytes lie at multiples of 8.
TABLE_ALIGNMENT = 8


class FlatbufferError(ValueError):
    """Bytes that are no such buffer."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number inside a table; `form` is a letter of `struct`."""

    form: str
    value: int


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of numbers: `count` of them as little-endian bytes, the first at a multiple of `alignment`."""

    data: bytes
    count: int
    alignment: int = 4

    @classmethod
    def of(cls, form: str, values: Sequence[float]) -> Vector:
        """Return numbers as a vector."""
        size = struct.calcsize("<" + form)
        return cls(struct.pack(f"<{len(values)}{form}", *values), len(values), max(size, UOFFSET))


@dataclass(frozen=True, slots=True)
class Table:
    """A table's fields by slot; what is absent has its default."""

    fields: Mapping[int, Scalar | Vector | str | Table | Sequence[Table]] = field(default_factory=dict)


class Builder:
    """Lays a tree of tables out, parents before children, so that every offset points forward."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        # Where an offset is still to be written, and to what.
        self._waiting: list[tuple[int, Vector | str | Table | Sequence[Table]]] = []

    def build(self, root: Table, identifier: bytes) -> bytes:
        """Return the buffer; `identifier` are the four bytes that name its kind."""
        self._bytes = bytearray(UOFFSET) + identifier
        self._waiting = [(0, root)]
        while self._waiting:
            position, child = self._waiting.pop(0)
            start = self._place(child)
            struct.pack_into("<I", self._bytes, position, start - position)
        return bytes(self._bytes)

    def _place(self, child: Vector | str | Table | Sequence[Table]) -> int:
        if isinstance(child, Table):
            return self._table(child)
        if isinstance(child, Vector):
            return self._vector(child.data, child.count, child.alignment)
        if isinstance(child, str):
            text = child.encode()
            return self._vector(text + b"\0", len(text), UOFFSET)
        start = self._vector(bytes(UOFFSET * len(child)), len(child), UOFFSET)
        self._waiting.extend((start + UOFFSET * (index + 1), one) for index, one in enumerate(child))
        return start

    def _vector(self, data: bytes, count: int, alignment: int) -> int:
        self._pad(alignment, UOFFSET)
        start = len(self._bytes)
        self._bytes += struct.pack("<I", count) + data
        return start

    def _table(self, table: Table) -> int:
        slots = max(table.fields, default=-1) + 1
        offsets = [0] * slots
        size = UOFFSET
        for slot, value in table.fields.items():
            width = struct.calcsize("<" + value.form) if isinstance(value, Scalar) else UOFFSET
            size += -size % width
            offsets[slot] = size
            size += width
        vtable = struct.pack(f"<{slots + 2}H", VOFFSET * (slots + 2), size, *offsets)
        self._pad(TABLE_ALIGNMENT, len(vtable))
        self._bytes += vtable
        start = len(self._bytes)
        self._bytes += struct.pack("<i", len(vtable)) + bytes(size - UOFFSET)
        for slot, value in table.fields.items():
            if isinstance(value, Scalar):
                struct.pack_into("<" + value.form, self._bytes, start + offsets[slot], value.value)
            else:
                self._waiting.append((start + offsets[slot], value))
        return start

    def _pad(self, alignment: int, before: int) -> None:
        """Pad so that what follows `before` more bytes is aligned."""
        self._bytes += bytes(-(len(self._bytes) + before) % alignment)


@dataclass(frozen=True, slots=True)
class TableView:
    """A table inside untrusted bytes. Every access is checked; nothing is copied that the bytes do not hold."""

    data: bytes
    position: int
    where: str

    @classmethod
    def root(cls, data: bytes, identifier: bytes) -> TableView:
        """Return the root table. Raises FlatbufferError where the bytes are of another kind."""
        if len(data) < 2 * UOFFSET or data[UOFFSET : 2 * UOFFSET] != identifier:
            raise FlatbufferError(f"this is no file of the kind {identifier.decode()}")
        return cls(data, _unpack(data, "I", 0, "the root"), "the root")

    def number(self, slot: int, form: str, default: int = 0) -> int:
        """Return a whole number."""
        at = self._field(slot)
        return default if at is None else _unpack(self.data, form, at, self.where)

    def vector(self, slot: int, form: str) -> tuple[memoryview, int]:
        """Return a vector of numbers as bytes, and how many there are; empty where it is absent."""
        start = self._target(slot)
        if start is None:
            return memoryview(b""), 0
        count = _unpack(self.data, "I", start, self.where)
        begin, length = start + UOFFSET, count * struct.calcsize("<" + form)
        if begin + length > len(self.data):
            raise FlatbufferError(f"{self.where}: a list of {count} reaches beyond the end of the file")
        return memoryview(self.data)[begin : begin + length], count

    def numbers(self, slot: int, form: str, at_most: int) -> tuple[float, ...]:
        """Return a vector of numbers. Raises FlatbufferError where it is longer than `at_most`."""
        data, count = self.vector(slot, form)
        if count > at_most:
            raise FlatbufferError(f"{self.where}: a list of {count} where {at_most} are the most")
        return struct.unpack(f"<{count}{form}", data)

    def text(self, slot: int, at_most: int = 256) -> str:
        """Return a text, empty where it is absent."""
        data, count = self.vector(slot, "B")
        if count > at_most:
            raise FlatbufferError(f"{self.where}: a text of {count} bytes where {at_most} are the most")
        return bytes(data).decode(errors="replace")

    def table(self, slot: int, name: str) -> TableView | None:
        """Return a table, None where it is absent."""
        start = self._target(slot)
        return None if start is None else TableView(self.data, start, f"{self.where}, {name}")

    def tables(self, slot: int, name: str, at_most: int) -> tuple[TableView, ...]:
        """Return a vector of tables. Raises FlatbufferError where there are more than `at_most`."""
        data, count = self.vector(slot, "I")
        if count > at_most:
            raise FlatbufferError(f"{self.where}: {count} x {name} where {at_most} are the most")
        start = self._target(slot) or 0
        return tuple(
            TableView(self.data, start + UOFFSET * (index + 1) + offset, f"{name} {index}")
            for index, offset in enumerate(struct.unpack(f"<{count}I", data))
        )

    def _target(self, slot: int) -> int | None:
        at = self._field(slot)
        return None if at is None else at + _unpack(self.data, "I", at, self.where)

    def _field(self, slot: int) -> int | None:
        vtable = self.position - _unpack(self.data, "i", self.position, self.where)
        size = _unpack(self.data, "H", vtable, self.where)
        at = VOFFSET * (slot + 2)
        if at + VOFFSET > size:
            return None
        offset = _unpack(self.data, "H", vtable + at, self.where)
        return self.position + offset if offset else None


def _unpack(data: bytes, form: str, at: int, where: str) -> int:
    if at < 0 or at + struct.calcsize("<" + form) > len(data):
        raise FlatbufferError(f"{where}: an offset leads out of the file")
    value: int = struct.unpack_from("<" + form, data, at)[0]
    return value
