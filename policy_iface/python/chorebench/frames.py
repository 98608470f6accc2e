"""Frames of bytes over a pair of descriptors: policy_iface/plugins/pipe/README.md describes them byte by byte."""
from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chorebench.types import DTYPES, REPORTS, Field, Observation, Report

PROTOCOL = 1
LARGEST = 64 << 20  # bytes of a frame
_LETTERS = b"OREATSFKXQLVGDIW"
_HEAD = struct.Struct("<Ic3x")
_COUNTS = struct.Struct("<II")
_POSITION = struct.Struct("<IIQdII")
_TEXT = struct.Struct("<II")
_ANSWER = struct.Struct("<iI")
_REPORT = struct.Struct("<II")
_SPEAKS = 1 << 31  # in the count of rows
_NOTHING = np.empty((1, 0, 0), np.float32)


class Closed(Exception):
    """The other side is gone."""


class Line:
    """One end of a pair of pipes, or of a connection."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd
        self._rest = b""

    def read(self) -> tuple[bytes, bytes]:
        """The next frame: its letter, and what it holds."""
        data = self._rest
        while len(data) < 8:
            data += self._more(65536)
        length, letter = _HEAD.unpack_from(data)
        if length > LARGEST or letter not in _LETTERS or data[5:8] != bytes(3):
            raise Closed(f"what comes is no frame of chorebench's: {bytes(data[:16])!r}")
        if len(data) < 8 + length:
            parts, have = [data], len(data)
            while have < 8 + length:
                parts.append(self._more(8 + length - have))
                have += len(parts[-1])
            data = b"".join(parts)
        self._rest = data[8 + length:]
        return letter, data[8:8 + length]

    def write(self, letter: bytes, data: bytes = b"") -> None:
        """Sends one frame."""
        rest = _HEAD.pack(len(data), letter) + data
        while rest:
            try:
                rest = rest[os.write(self.write_fd, rest):]
            except (BrokenPipeError, ConnectionResetError):
                raise Closed("the other side is gone") from None

    def _more(self, n: int) -> bytes:
        try:
            data = os.read(self.read_fd, max(n, 65536))
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed("the other side is gone")
        return data


class Layout:
    """Where the streams of a request lie in a batch."""

    def __init__(self, fields: Sequence[Field], dim: int) -> None:
        self.dim = dim
        self.texts = [field.name for field in fields if field.kind == "text"]
        self.arrays = [(field.name, DTYPES[field.dtype], field.shape, field.size)
                       for field in fields if field.kind != "text"]
        self._known: dict[int, dict[str, str]] = {}  # slot: its texts as they were sent last
        self._places: list[tuple[str, slice, tuple[int, ...]]] = []  # of float32 arrays, for one position
        at = 0
        for name, dtype, shape, size in self.arrays:
            self._places.append((name, slice(at, at + size), shape))
            at += (size + 1) // 2 * 2
        self._plain = all(dtype == DTYPES["f32"] for _, dtype, _, _ in self.arrays)
        self._plain_values = at

    def observations(self, data: bytes | bytearray) -> Iterator[Observation]:
        """The positions of a batch, in order. Their arrays are views of `data`."""
        n, rows = _COUNTS.unpack_from(data)
        if n == 1 and rows == 0 and self._plain:
            return iter([self._one(data)])
        at = 8 + 32 * n
        committed = np.frombuffer(data, "<f4", n * rows * self.dim, at).reshape(n, rows, self.dim)
        at += (committed.nbytes + 7) // 8 * 8
        out = [self._position(data, k, committed) for k in range(n)]
        for name, dtype, shape, size in self.arrays:
            values = np.frombuffer(data, dtype, n * size, at)
            at += (values.nbytes + 7) // 8 * 8
            for k, obs in enumerate(out):
                obs[name] = values[k * size:(k + 1) * size].reshape(shape)
        for name in self.texts:
            for obs in out:
                at = self._text(data, at, obs, name)
        return iter(out)

    def _one(self, data: bytes | bytearray) -> Observation:
        """The usual case, quicker: one position, and numbers of one kind."""
        obs = self._position(data, 0, _NOTHING)
        values = np.frombuffer(data, "<f4", self._plain_values, 40)
        for name, place, shape in self._places:
            value = values[place]
            obs[name] = value if len(shape) == 1 else value.reshape(shape)
        at = 40 + 4 * self._plain_values
        for name in self.texts:
            at = self._text(data, at, obs, name)
        return obs

    def _text(self, data: bytes | bytearray, at: int, obs: Observation, name: str) -> int:
        changed, length = _TEXT.unpack_from(data, at)
        at += 8
        known = self._known.setdefault(obs.slot, {})
        if changed:
            known[name] = data[at:at + length].decode()
            at += (length + 7) // 8 * 8
        obs[name] = known[name]
        return at

    @staticmethod
    def _position(data: bytes | bytearray, k: int, committed: NDArray[np.float32]) -> Observation:
        obs = Observation()
        obs.slot, flags, obs.step, obs.seconds, delay, _ = _POSITION.unpack_from(data, 8 + 32 * k)
        obs.first, obs.late = bool(flags & 1), bool(flags & 4)
        obs.committed = committed[k, :delay]
        return obs


def pack_actions(answers: Sequence[tuple[NDArray[np.float32], Report | None] | str]) -> bytes:
    """Answers as bytes: per position its rows (n, dim) and what it reports, or a text that says why there are none."""
    parts: list[bytes] = []
    for answer in answers:
        if isinstance(answer, str):
            text = answer.encode()
            parts += [_ANSWER.pack(-2, len(text)), text, bytes(-len(text) % 8)]
            continue
        rows, report = answer
        values = rows.tobytes()
        parts += [_ANSWER.pack(0, len(rows) | (_SPEAKS if report else 0)), values, bytes(-len(values) % 8)]
        if report:
            about = report.about.encode()
            parts += [_REPORT.pack(REPORTS[report.word], len(about)), about, bytes(-len(about) % 8)]
    return b"".join(parts)


def wanted_fields(offered: dict[str, Field], request: dict[str, Any]) -> list[Field]:
    """The streams that will come for a request, in its order; what is not offered will not."""
    out = []
    for asked in request["fields"]:
        said: dict[str, Any] = {"name": asked} if isinstance(asked, str) else dict(asked)
        field = offered.get(said["name"])
        if field is not None:
            out.append(Field(
                name=field.name, kind=said.get("kind", field.kind), dtype=said.get("dtype", field.dtype),
                shape=tuple(said.get("shape", field.shape)), repr=said.get("repr", field.repr),
                frame=said.get("frame", field.frame), flags=tuple(said.get("flags", field.flags)), lo=field.lo,
                hi=field.hi, scale=said.get("scale", field.scale), layout=said.get("layout", field.layout)))
    return out
