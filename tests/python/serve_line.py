"""`chorebench serve` from Python without Gymnasium: every letter of the conversation is one that the package's frames know."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["CHORE_SOURCE_DIR"], "policy_iface", "python"))
from chorebench.frames import Line  # noqa: E402

with subprocess.Popen([os.environ["CHOREBENCH_PROGRAM"], "serve", "set_aside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
    assert process.stdin and process.stdout
    line = Line(process.stdout.fileno(), process.stdin.fileno())

    def ask(letter, data=b""):
        line.write(letter, data)
        got, data = line.read()
        assert got != b"X", (letter, data)
        return data

    assert line.read()[0] == b"O", "an offer comes first"
    request = {"protocol": 1, "mode": "joint_delta", "fields": ["proprio.joint_pos"], "horizon": 1, "execute": 1, "max_batch": 1, "caps": []}
    ask(b"R", json.dumps(request).encode())
    ask(b"E", json.dumps({"seed": "0", "variant": "control"}).encode())
    assert "instruction" in json.loads(ask(b"I"))
    ask(b"W", json.dumps({"word": "help", "about": ""}).encode())
    line.write(b"Q")
    process.stdin.close()
    assert process.wait(20) == 0
print("offer, request, episode, information, a word, the end")
