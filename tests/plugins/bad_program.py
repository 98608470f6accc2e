"""A program that breaks the protocol of the plug-ins pipe and remote in the way that its argument names; "good" keeps it."""
import json
import os
import signal
import struct
import sys

how = sys.argv[1]


def answer(letter, data=b""):
    sys.stdout.buffer.write(struct.pack("<Ic3x", len(data), letter) + data)
    sys.stdout.buffer.flush()


def act(steps):
    if how == "exits":
        print("out of ideas", file=sys.stderr)
        sys.exit(7)
    if how == "silent" and steps == 3:
        sys.stdin.buffer.read()  # until it is left
    if how == "later" and told == "0":
        sys.exit(1)
    if how == "killed" and steps == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "reason":
        return answer(b"X", "I do not like it here".encode())
    if how == "slot_reason":
        return answer(b"A", struct.pack("<iI", -2, 9) + b"no, never")
    if how == "short":
        return answer(b"A", struct.pack("<iI3f", 0, 1, 0, 0, 0))
    if how == "rows":
        return answer(b"A", struct.pack("<iI", 0, 2) + bytes(64))
    if how == "long":
        return answer(b"A", struct.pack("<iI", 0, 1) + bytes(80))
    if how == "text":
        return answer(b"T", b"0 0 zero 0")
    if how == "few":
        return answer(b"T", b"0 0 0")
    if how == "says":
        return answer(b"T", b"0 0 0 -1.5 0 1.5 0.8 0.04\ncannot  the mug\n")
    if how == "says_packed":
        return answer(b"A", struct.pack("<iI8fII", 0, 1 | 1 << 31, 0, 0, 0, -1.5, 0, 1.5, 0.8, 0.04, 2, 7) + b"the mug")
    if how == "says_short":
        return answer(b"A", struct.pack("<iI8fII", 0, 1 | 1 << 31, 0, 0, 0, -1.5, 0, 1.5, 0.8, 0.04, 2, 70) + b"the mug")
    if how == "says_nonsense":
        return answer(b"A", struct.pack("<iI8fII", 0, 1 | 1 << 31, 0, 0, 0, -1.5, 0, 1.5, 0.8, 0.04, 7, 0))
    if how == "wrong_letter":
        return answer(b"K")
    if how == "twice":
        answer(b"K")
    if how == "prints":
        print("step", steps, flush=True)
    if how == "nan":
        return answer(b"T", b"nan 0 0 0 0 0 0 0")
    answer(b"T", b"0 0 0 -1.5 0 1.5 0.8 0.04")


steps, told = 0, os.environ.get("CONNECTION")
while True:
    head = sys.stdin.buffer.read(8)
    if len(head) < 8:
        sys.exit(0)
    length, letter = struct.unpack("<Ic3x", head)
    data = sys.stdin.buffer.read(length)
    if how == "mute" or how == "later" and told == "1":  # the second one
        continue
    if how == "http":
        sys.stdout.buffer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        sys.exit(0)
    if how == "cut":
        sys.stdout.buffer.write(struct.pack("<Ic3x", 500, b"R") + b"{")
        sys.exit(0)
    if how == "leaves":
        sys.exit(0)
    if letter == b"O":
        request = {"protocol": 1, "mode": "joint_pos", "fields": []}
        if how == "version":
            request["protocol"] = 2
        elif how == "key":
            request["horzion"] = 4
        elif how == "stream":
            request["fields"] = ["proprio.eef_poss"]
        elif how == "repr":
            request["fields"] = [{"name": "proprio.eef_quat", "repr": "quat_xyzw"}]
        text = json.dumps(request)
        answer(b"R", (text[:-1] if how == "json" else text).encode())
    elif letter == b"A":
        act(steps)
        steps += 1
    elif letter in b"EFS":
        answer(b"K")
    elif letter == b"Q":
        break
