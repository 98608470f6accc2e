"""A policy server that speaks openpi's protocol, written from the notes on it and from RFC 6455; it shares nothing with the plug-in that it
tests. Standard library only.

It moves the first joint: each row of actions is the joints as observed, with STEP more on the first per row. What it does wrong, and when, is a
list of words: one for each request, and one for each connection; after the list's end all is well.

    with Server(requests=["ok", "error", "late 0.5"], connections=["ok", "forbid"]) as server:
        ... server.port ...; server.seen: one dict per request; server.notes: what it noticed
"""
import base64
import hashlib
import socket
import struct
import threading
import time

STEP = 0.02
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


# ---- MessagePack, and arrays as openpi packs them: keys of bytes --------------------------------------------------------------------------


class Array:
    """What of numpy's arrays the protocol needs: dtype, shape and the bytes in C order."""

    FORMATS = {"|u1": "B", "<f4": "f", "<f8": "d", "<i4": "i"}

    def __init__(self, dtype, shape, data):
        self.dtype, self.shape, self.data = dtype, tuple(shape), bytes(data)

    @classmethod
    def of(cls, dtype, shape, values):
        return cls(dtype, shape, struct.pack(f"<{len(values)}{cls.FORMATS[dtype]}", *values))

    def values(self):
        return list(struct.unpack(f"<{len(self.data) // int(self.dtype[-1])}{self.FORMATS[self.dtype]}", self.data))


def sized(fixed, most, tags, n):
    """The head of a thing of n parts: within one byte up to `most`, else the smallest of (tag, struct format)."""
    if n <= most:
        return bytes([fixed | n])
    for tag, form in tags:
        if n < 1 << 8 * struct.calcsize(form):
            return bytes([tag]) + struct.pack(form, n)
    raise OverflowError(n)


def pack(value):
    if isinstance(value, Array):
        return pack({b"__ndarray__": True, b"data": value.data, b"dtype": value.dtype, b"shape": list(value.shape)})
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes([value])
        if -32 <= value < 0:
            return struct.pack("b", value)
        return b"\xd3" + struct.pack(">q", value) if value < 0 else sized(0, -1, [(0xCC, ">B"), (0xCD, ">H"), (0xCE, ">I"), (0xCF, ">Q")], value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return sized(0xA0, 31, [(0xD9, ">B"), (0xDA, ">H"), (0xDB, ">I")], len(data)) + data
    if isinstance(value, bytes):
        return sized(0, -1, [(0xC4, ">B"), (0xC5, ">H"), (0xC6, ">I")], len(value)) + value
    if isinstance(value, (list, tuple)):
        return sized(0x90, 15, [(0xDC, ">H"), (0xDD, ">I")], len(value)) + b"".join(map(pack, value))
    if isinstance(value, dict):
        head = sized(0x80, 15, [(0xDE, ">H"), (0xDF, ">I")], len(value))
        return head + b"".join(pack(k) + pack(v) for k, v in value.items())
    raise TypeError(type(value))


class Unpacker:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ValueError("the message ends early")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def map(self, n):
        found = {}
        for _ in range(n):
            key = self.value()
            if not isinstance(key, (str, bytes)) or key in found:
                raise ValueError(f"a key is {key!r}, or comes twice")
            found[key] = self.value()
        if b"__ndarray__" in found:
            if list(found) != [b"__ndarray__", b"data", b"dtype", b"shape"]:
                raise ValueError(f"an array with the keys {list(found)}")
            array = Array(found[b"dtype"], found[b"shape"], found[b"data"])
            size = int(array.dtype[-1])
            for side in array.shape:
                size *= side
            if size != len(array.data):
                raise ValueError(f"an array of shape {array.shape} and type {array.dtype} with {len(array.data)} bytes")
            return array
        return found

    def value(self):
        tag = self.number("B")
        if tag < 0x80:
            return tag
        if tag < 0x90:
            return self.map(tag & 15)
        if tag < 0xA0:
            return [self.value() for _ in range(tag & 15)]
        if tag < 0xC0:
            return self.take(tag & 31).decode()
        if tag >= 0xE0:
            return tag - 256
        simple = {0xC0: None, 0xC2: False, 0xC3: True}
        numbers = {0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}
        lengths = {0xC4: ">B", 0xC5: ">H", 0xC6: ">I", 0xD9: ">B", 0xDA: ">H", 0xDB: ">I", 0xDC: ">H", 0xDD: ">I", 0xDE: ">H", 0xDF: ">I"}
        if tag in simple:
            return simple[tag]
        if tag in numbers:
            return self.number(numbers[tag])
        n = self.number(lengths[tag])
        if tag <= 0xC6:
            return bytes(self.take(n))
        if tag <= 0xDB:
            return self.take(n).decode()
        return [self.value() for _ in range(n)] if tag <= 0xDD else self.map(n)


def unpack(data):
    unpacker = Unpacker(data)
    value = unpacker.value()
    if unpacker.at != len(data):
        raise ValueError("bytes behind the end")
    return value


# ---- websocket, the server's side ---------------------------------------------------------------------------------------------------------


class Gone(Exception):
    """The client closed the connection: its code, or None."""


class Peer:
    def __init__(self, sock, notes):
        self.sock, self.notes, self.buffer = sock, notes, b""

    def take(self, n):
        while len(self.buffer) < n:
            try:
                more = self.sock.recv(1 << 20)
            except (ConnectionError, OSError):
                more = b""
            if not more:
                raise Gone(None)
            self.buffer += more
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def shake_hands(self, how):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.take(1)
        lines = head.decode().split("\r\n")
        self.headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:] if line)}
        method, self.path, version = lines[0].split(" ")
        assert (method, version) == ("GET", "HTTP/1.1"), lines[0]
        assert self.headers["upgrade"] == "websocket" and self.headers["connection"] == "Upgrade", self.headers
        assert self.headers["sec-websocket-version"] == "13" and "sec-websocket-extensions" not in self.headers, self.headers
        key = self.headers["sec-websocket-key"]
        assert len(base64.b64decode(key, validate=True)) == 16, key
        if how == "forbid":
            self.sock.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n")
            raise Gone(None)
        if how == "endless":
            self.sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\nX: " + b"x" * 20000)
            raise Gone(None)
        if how == "wrong key":
            key = base64.b64encode(bytes(16)).decode()
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        extra = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if how == "compress" else ""
        self.sock.sendall(("HTTP/1.1 101 Switching Protocols\r\nServer: test\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
                           f"Sec-WebSocket-Accept: {accept}\r\n{extra}\r\n").encode())

    def frame(self):
        first, second = self.take(2)
        assert second & 0x80, "a client's frame without a mask"
        n = second & 0x7F
        if n == 126:
            n = struct.unpack(">H", self.take(2))[0]
            assert n >= 126, "a length that is longer than it need be"
        elif n == 127:
            n = struct.unpack(">Q", self.take(8))[0]
            assert n > 0xFFFF, "a length that is longer than it need be"
        mask = self.take(4)
        data = self.take(n)
        pad = (mask * (n // 4 + 1))[:n]
        data = (int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")).to_bytes(n, "big")
        assert first & 0x70 == 0
        return first & 0x80, first & 0x0F, data

    def receive(self, wanted=BINARY):
        while True:
            fin, opcode, data = self.frame()
            if opcode == CLOSE:
                raise Gone(struct.unpack(">H", data[:2])[0] if data else None)
            if opcode == PONG:
                self.notes.append(("pong", data))
            if opcode == wanted:
                assert fin
                return data

    @staticmethod
    def packed(opcode, data, fin=True, bits=0, masked=False, width=None):
        width = width if width is not None else 0 if len(data) < 126 else 2 if len(data) <= 0xFFFF else 8
        n = len(data) if width == 0 else {2: 126, 8: 127}[width]
        head = bytes([(0x80 if fin else 0) | bits | opcode, (0x80 if masked else 0) | n])
        head += struct.pack({0: ">0s", 2: ">H", 8: ">Q"}[width], b"" if width == 0 else len(data))
        return head + (bytes(4) if masked else b"") + data

    def send(self, *args, **kwargs):
        self.sock.sendall(self.packed(*args, **kwargs))

    def send_close(self, code, reason=""):
        self.send(CLOSE, struct.pack(">H", code) + reason.encode())


# ---- the policy ---------------------------------------------------------------------------------------------------------------------------


TRACEBACK = """Traceback (most recent call last):
  File "/app/src/openpi/serving/websocket_policy_server.py", line 61, in _handler
    action = self._policy.infer(obs)
  File "/app/src/openpi/policies/state_policy.py", line 12, in __call__
    state = data["observation/joints"]
KeyError: 'observation/joints'
"""


def actions_of(request, rows=10):
    joints, width = request["observation/joint_position"].values(), request["observation/gripper_position"].values()
    values = []
    for row in range(rows):
        values += [joints[0] + STEP * (row + 1)] + joints[1:] + width
    return Array.of("<f8", (rows, len(joints) + len(width)), values)


def answer_of(actions):
    return {"actions": actions, "policy_timing": {"infer_ms": 1.5}, "server_timing": {"infer_ms": 2.5, "prev_total_ms": 3},
            "state": Array.of("<f4", (0,), []), "more": [None, -1, -1000, {"deep": [1.5, True, b"x" * 300]}]}


def nested(depth):
    return b"\x82\xa7actions" + pack(Array.of("<f4", (1, 8), [0] * 8)) + b"\xa1x" + b"\x91" * depth + b"\xc0"


class Server:
    """Serves in threads of its own until the end of the with block."""

    def __init__(self, requests=(), connections=(), policy=actions_of, port=0):
        self.requests, self.connections, self.policy = list(requests), list(connections), policy
        self.seen, self.notes, self.n_connections = [], [], 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # a close alone leaves it listening for as long as somebody waits in accept
        self.acceptor.join()
        self.listener.close()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        with self.lock:
            how = self.connections.pop(0) if self.connections else "ok"
            number = self.n_connections
            self.n_connections += 1
        peer = Peer(sock, self.notes)
        try:
            peer.shake_hands(how)
            self.notes.append(("headers", number, peer.path, peer.headers))
            if how == "mute":
                peer.receive()
            if how == "text first":
                peer.send(TEXT, b"hello")
            elif how == "list first":
                peer.send(BINARY, pack([1, 2]))
            else:
                peer.send(BINARY, pack({"reset_pose": [0, -1.5, 1.5, 0, 0, 0]} if how == "metadata" else {}))
            while True:
                self.answer(peer, number, peer.receive())
        except Gone as gone:
            self.notes.append(("gone", number, gone.args[0]))
        except (AssertionError, ValueError, ConnectionError, BrokenPipeError) as wrong:
            self.notes.append(("wrong", number, repr(wrong)))
        finally:
            sock.close()

    def answer(self, peer, number, data):
        request = unpack(data)
        with self.lock:
            self.seen.append({"connection": number, "bytes": len(data), "request": request})
            word, *rest = (self.requests.pop(0) if self.requests else "ok").split(" ")
        getattr(self, "do_" + word.replace("-", "_"))(peer, request, *rest)

    # ---- what may become of a request ----

    def do_ok(self, peer, request, rows="10"):
        peer.send(BINARY, pack(answer_of(self.policy(request, int(rows)))))

    def do_single(self, peer, request):
        wide = self.policy(request)
        peer.send(BINARY, pack(answer_of(Array.of("<f4", wide.shape, wide.values()))))

    def do_error(self, peer, request):
        peer.send(TEXT, TRACEBACK.encode())
        peer.send_close(1011, "Internal server error. Traceback included in previous frame.")
        raise Gone("error")

    def do_pings(self, peer, request):
        """Pings while the client waits, each of which it must answer; then the reply."""
        for payload in (b"", b"one", b"x" * 125):
            peer.send(PING, payload)
            fin, opcode, data = peer.frame()
            assert fin and opcode == PONG and data == payload, (opcode, data)
        peer.send(PONG, b"nobody asked")
        self.do_ok(peer, request)
        self.notes.append(("pings answered",))

    def do_idle_ping(self, peer, request):
        """A ping behind the reply: it waits for the client's next call."""
        self.do_ok(peer, request)
        peer.send(PING, b"idle")

    def do_fragments(self, peer, request):
        data = pack(answer_of(self.policy(request)))
        peer.send(BINARY, b"", fin=False)
        for at in range(0, len(data), 97):
            peer.send(0, data[at:at + 97], fin=False)
            peer.send(PING, b"between")
        peer.send(0, b"", fin=True)

    def do_trickle(self, peer, request):
        """The bytes of an answer one by one."""
        data = pack(answer_of(self.policy(request)))
        head = bytes([0x82, 126]) + struct.pack(">H", len(data))
        peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head + data:
            peer.sock.sendall(bytes([byte]))

    def do_late(self, peer, request, seconds):
        time.sleep(float(seconds))
        self.do_ok(peer, request)

    def do_half(self, peer, request):
        """The first half of an answer, and then nothing."""
        peer.sock.sendall(bytes([0x82, 126]) + struct.pack(">H", 1000) + b"x" * 500)
        raise Gone("half")

    def do_drop(self, peer, request):
        raise Gone("drop")

    def do_leave(self, peer, request):
        """Answers, then goes away in order; in one piece, so that it is known before the next request."""
        peer.sock.sendall(peer.packed(BINARY, pack(answer_of(self.policy(request)))) + peer.packed(CLOSE, b"\x03\xe9going away"))
        raise Gone("leave")

    def do_unasked(self, peer, request):
        """Two answers to one request."""
        peer.sock.sendall(2 * peer.packed(BINARY, pack(answer_of(self.policy(request)))))

    # answers that are well packed and wrong

    def say(self, peer, actions):
        peer.send(BINARY, pack({"actions": actions, "server_timing": {"infer_ms": 2}}))

    def do_narrow(self, peer, request):
        self.say(peer, Array.of("<f8", (10, 7), [0] * 70))

    def do_flat(self, peer, request):
        self.say(peer, Array.of("<f8", (8,), [0] * 8))

    def do_no_rows(self, peer, request):
        self.say(peer, Array.of("<f8", (0, 8), []))

    def do_integers(self, peer, request):
        self.say(peer, Array.of("<i4", (10, 8), [0] * 80))

    def do_big_endian(self, peer, request):
        self.say(peer, Array(">f8", (10, 8), bytes(640)))

    def do_bytes(self, peer, request):
        self.say(peer, Array.of("|u1", (10, 8), [0] * 80))

    def do_short(self, peer, request):
        self.say(peer, Array("<f8", (10, 8), bytes(632)))

    def do_lists(self, peer, request):
        self.say(peer, [[0.0] * 8] * 10)

    def do_text_keys(self, peer, request):
        self.say(peer, {"__ndarray__": True, "data": bytes(640), "dtype": "<f8", "shape": [10, 8]})

    def do_nan(self, peer, request):
        self.say(peer, Array.of("<f8", (10, 8), [0] * 25 + [float("nan")] + [0] * 54))

    def do_infinite(self, peer, request):
        self.say(peer, Array.of("<f8", (1, 8), [1e300] + [0] * 7))

    def do_missing(self, peer, request):
        peer.send(BINARY, pack({"action": Array.of("<f8", (10, 8), [0] * 80), "server_timing": {"infer_ms": 2.5}}))

    def do_empty(self, peer, request):
        peer.send(BINARY, pack({}))

    def do_list(self, peer, request):
        peer.send(BINARY, pack([1]))

    def do_twice(self, peer, request):
        one = pack("actions") + pack(self.policy(request))
        peer.send(BINARY, b"\x82" + one + one)

    # answers that are not MessagePack

    def do_nothing(self, peer, request):
        peer.send(BINARY, b"")

    def do_cut(self, peer, request):
        peer.send(BINARY, pack(answer_of(self.policy(request)))[:-5])

    def do_behind(self, peer, request):
        peer.send(BINARY, pack(answer_of(self.policy(request))) + b"\xc0")

    def do_many(self, peer, request):
        peer.send(BINARY, b"\x81\xa1x\xdd\xff\xff\xff\xff")

    def do_deep(self, peer, request):
        peer.send(BINARY, nested(1000))

    def do_reserved(self, peer, request):
        peer.send(BINARY, b"\x81\xa1x\xc1")

    # frames that break RFC 6455

    def do_huge(self, peer, request):
        peer.sock.sendall(bytes([0x82, 127]) + struct.pack(">Q", 1 << 62))
        peer.receive()

    def do_large(self, peer, request):
        """More than the limit in pieces that are each within it."""
        for piece in range(17):
            peer.send(0 if piece else BINARY, bytes(65536), fin=False)
        peer.receive()

    def do_masked(self, peer, request):
        peer.send(BINARY, pack(answer_of(self.policy(request))), masked=True)
        peer.receive()

    def do_extension(self, peer, request):
        peer.send(BINARY, b"x", bits=0x40)
        peer.receive()

    def do_opcode(self, peer, request):
        peer.send(3, b"x")
        peer.receive()

    def do_long_length(self, peer, request):
        peer.send(BINARY, b"x" * 100, width=2)
        peer.receive()

    def do_long_ping(self, peer, request):
        peer.send(PING, b"x" * 126)
        peer.receive()

    def do_continued(self, peer, request):
        peer.send(0, b"x")
        peer.receive()

    def do_within(self, peer, request):
        peer.send(BINARY, b"x", fin=False)
        peer.send(BINARY, b"x")
        peer.receive()
