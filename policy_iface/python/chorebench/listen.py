"""A policy that listens, for ``chorebench run TASK --policy tcp:HOST:PORT``."""
from __future__ import annotations

import inspect
import os
import socket
import stat
import sys
import threading
from typing import Any

from chorebench.frames import Closed, Line
from chorebench.serve import Refusal, make_policy, serve


PATIENCE = 5  # seconds


def _listen(port: int | str, host: str) -> tuple[socket.socket, str]:
    """A socket that listens, and its address as chorebench wants it."""
    if isinstance(port, str):
        path = os.path.abspath(port.removeprefix("unix:"))
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)  # of one that ended before
        here = socket.socket(socket.AF_UNIX)
        here.bind(path)
        address = f"unix:{path}"
    else:
        here = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        address = f"tcp:{f'[{host}]' if ':' in host else host}:{here.getsockname()[1]}"
    here.listen()
    return here, address


def _file_of(policy: Any) -> str:
    """Where the policy's code is: its own lines are named in reasons."""
    try:
        return inspect.getfile(policy if inspect.isroutine(policy) or inspect.isclass(policy) else type(policy))
    except TypeError:
        return sys.argv[0]


def serve_policy(policy: Any, port: int | str = 8000, host: str = "127.0.0.1") -> None:
    """Serves a policy to whoever connects, until Ctrl-C. `policy` is a class, of which each connection gets an object of its own
    (chorebench opens one connection per worker, `-j`), or an object, which serves one connection at a time. `port` 0 takes a free one; a
    text is the path of a Unix socket. There is no password: whoever reaches the port may ask."""
    one_at_a_time = threading.Lock()
    several, path = inspect.isclass(policy), _file_of(policy)

    def make(config: str) -> Any:
        return make_policy(policy, config)

    def busy(config: str) -> Any:
        raise Refusal("this policy serves one connection at a time and has one: run with -j 1, or give serve_policy the class")

    def answer(connection: socket.socket) -> None:
        free = several or one_at_a_time.acquire(timeout=PATIENCE)  # the one before may be about to end
        try:
            if connection.family != socket.AF_UNIX:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            serve(Line(connection.fileno(), connection.fileno()), make if free else busy, path)
        except Closed as why:
            if "no frame" in str(why):
                print(f"chorebench: {why}", file=sys.stderr)
        finally:
            connection.close()
            if free and not several:
                one_at_a_time.release()

    here, address = _listen(port, host)
    print(f"chorebench run TASK --policy {address}", file=sys.stderr, flush=True)
    with here:
        try:
            while True:
                threading.Thread(target=answer, args=(here.accept()[0],), daemon=True).start()
        except KeyboardInterrupt:
            pass
