#!/usr/bin/env python3
"""Writes corpus/: what a server says, whole and right, for test_openpi_bad_bytes to spoil. Run it when server.py learns to say something new."""
import os

from server import BINARY, PING, TEXT, CLOSE, TRACEBACK, Array, Peer, answer_of, nested, pack

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def rows(dtype, n, dim=8):
    return Array.of(dtype, (n, dim), [0.25 * i for i in range(n * dim)])


ANSWERS = {
    "usual": pack(answer_of(rows("<f8", 3))),
    "single": pack({"actions": rows("<f4", 2)}),
    "timing_first": pack({"server_timing": {"infer_ms": 12, "prev_total_ms": 90.5}, "policy_timing": {}, "actions": rows("<f4", 1)}),
    "every_kind": pack({"x": [None, True, False, -1, -32, -33, 127, 128, 65535, 65536, 1 << 32, -(1 << 40), 0.5, "t" * 40, b"b" * 300, {}, []],
                        b"y": {"z": [[[["deep"]]]]}, "actions": rows("<f8", 1)}),
    "nested": nested(20),
    "shuffled": pack({"actions": {b"shape": [1, 8], b"dtype": "<f4", b"more": {"a": 1}, b"data": bytes(32), b"__ndarray__": True}}),
}
MESSAGE = ANSWERS["single"]
FRAMES = {
    "whole": Peer.packed(BINARY, b"\x80") + Peer.packed(BINARY, MESSAGE),
    "pieces": Peer.packed(BINARY, MESSAGE[:50], fin=False) + Peer.packed(PING, b"ping") + Peer.packed(0, b"", fin=False) +
              Peer.packed(0, MESSAGE[50:]) + Peer.packed(10, b""),
    "error": Peer.packed(TEXT, TRACEBACK.encode()) + Peer.packed(CLOSE, b"\x03\xf3Internal server error."),
    "ping": Peer.packed(PING, b"\x01\x00" + b"x" * 123) + Peer.packed(BINARY, bytes(300)),
    "long": Peer.packed(BINARY, bytes(1000)) + Peer.packed(BINARY, bytes(70000), width=8),
}
HEADS = {
    "accepted": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    "forbidden": b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\n",
}

for kind, files in {"answers": ANSWERS, "frames": FRAMES, "heads": HEADS}.items():
    os.makedirs(f"{HERE}/{kind}", exist_ok=True)
    for name, data in files.items():
        with open(f"{HERE}/{kind}/{name}.bin", "wb") as out:
            out.write(data)
