"""Connects to a policy that listens, says what no chorebench says, and prints what comes back."""
import os
import socket
import sys
import threading
import time

import chorebench

sys.path.insert(0, os.path.dirname(__file__))
import zoo  # noqa: E402 - of this folder

threading.Thread(target=chorebench.serve_policy, args=(zoo.Base, "s"), daemon=True).start()


def tell(data):
    with socket.socket(socket.AF_UNIX) as to:
        for _ in range(200):
            try:
                to.connect("s")
                break
            except OSError:
                time.sleep(0.05)
        to.sendall(data)
        to.shutdown(socket.SHUT_WR)
        return to.recv(100)


for wrong in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0\0\0\xffA\0\0\0", b"ABC"):
    print("then", tell(wrong))
print("last", tell(b"\2\0\0\0E\0\0\0{}"))
