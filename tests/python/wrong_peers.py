"""Connects to a policy that listens, says what no chorebench says, and prints what comes back."""
import os
import socket
import sys
import threading
import time

import chorebench

sys.path.insert(0, os.path.dirname(__file__))
import zoo  # noqa: E402 - of this folder

chorebench.listen.PATIENCE = 0.5
for policy, path in ((zoo.Base, "s"), (zoo.Base(), "one")):
    threading.Thread(target=chorebench.serve_policy, args=(policy, path), daemon=True).start()


def connect(path):
    for _ in range(200):
        to = socket.socket(socket.AF_UNIX)
        try:
            to.connect(path)
            return to
        except OSError:
            to.close()
            time.sleep(0.05)
    raise SystemExit(f"nobody listens at {path}")


def tell(data, path="s"):
    with connect(path) as to:
        to.sendall(data)
        to.shutdown(socket.SHUT_WR)
        return to.recv(200)


for wrong in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0\0\0\xffA\0\0\0", b"ABC"):
    print("then", tell(wrong))
print("last", tell(b"\2\0\0\0E\0\0\0{}"))
with connect("one"):
    time.sleep(0.2)  # it is taken
    print("busy", tell(b'\x0d\0\0\0O\0\0\0{"config": 0}', "one"))
