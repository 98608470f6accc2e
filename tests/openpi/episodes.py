#!/usr/bin/env python3
"""Episodes by the plug-in openpi against the server of server.py: what goes well, and what becomes of an episode whose server does not.

    CHORE_BUILD_DIR=build CHORE_SOURCE_DIR=. tests/openpi/episodes.py [CLASS[.TEST]...]
"""
import fnmatch
import glob
import json
import os
import re
import subprocess
import tempfile
import threading
import unittest

from server import STEP, Array, Server

BUILD, SOURCE = os.environ["CHORE_BUILD_DIR"], os.environ["CHORE_SOURCE_DIR"]
CACHE = tempfile.TemporaryDirectory()  # of settled scenes, for all tests
CHUNK = 5  # rows that state.map plays
STEPS = 10  # control steps of an episode: two requests


def run(config, episodes, allow="net", profile="host", more=(), task="dining_table/set_aside", verify=False):
    """Runs the task, half a second long, once per seed, in order. Rows by seed, exit code, the run's text, policy.log."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{SOURCE}/tasks/defs/{task}.yaml", encoding="utf-8") as file:
            text = re.sub(r"(?m)^horizon: .*", "horizon: 0.5 s", file.read())
        text = re.sub(r"window: .*\]", "window: [0.1 s, 0.2 s]", text)
        with open(f"{folder}/task.yaml", "w", encoding="utf-8") as file:
            file.write(re.sub(r"within: .*", "within: 0.1 s", text))
        command = [f"{BUILD}/bin/chorebench", "run", "task.yaml", "--policy", "openpi", "--policy-config", config, "--profile", profile,
                   "--seeds", f"0..{episodes - 1}", "--variant", "control", "-j", "1", "--film", "none", "-q", "--out", "r", *more]
        command += ["--allow", allow] if allow and profile != "inproc" else []
        environment = {**os.environ, "XDG_CACHE_HOME": CACHE.name, "NO_COLOR": "1", "COLUMNS": "200"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=50, check=False)
        if verify and done.returncode == 0:
            subprocess.run([command[0], "verify", "r"], cwd=folder, env=environment, capture_output=True, timeout=50, check=True)
        rows = {}
        for shard in glob.glob(f"{folder}/r/shard-*.jsonl"):
            with open(shard, encoding="utf-8") as file:
                for line in file:
                    row = json.loads(line)
                    row = row.get("row", row)
                    if "seed" in row:
                        rows[row["seed"]] = row
        printed = ""
        if os.path.exists(f"{folder}/r/policy.log"):
            with open(f"{folder}/r/policy.log", encoding="utf-8") as file:
                printed = file.read()
        return rows, done.returncode, done.stdout + done.stderr, printed


class Case(unittest.TestCase):
    maxDiff = None

    def wrong(self, server):
        return [note for note in server.notes if note[0] == "wrong"]

    def config(self, server, more="", timeout=10, connect=5):
        return f"map=state port={server.port} connect={connect} timeout={timeout} limit=1 {more}"

    def well(self, row):
        self.assertEqual(row["outcome"], "timeout", row["reason"])

    def failed(self, row, reason, steps=None):
        self.assertEqual(row["outcome"], "policy_error", row["reason"])
        self.assertTrue(fnmatch.fnmatchcase(row["reason"], "*" + reason + "*"), f"{row['reason']!r} is not like {reason!r}")
        if steps is not None:
            self.assertEqual(row["steps"], steps)

    def each(self, cases, timeout=10, wrong=False):
        """One episode per word, which the server does at its first request, and then one that goes well."""
        with Server(requests=list(cases)) as server:
            rows, code, text, printed = run(self.config(server, timeout=timeout), len(cases) + 1)
        self.assertEqual(code, 0, text)
        for seed, (word, reason) in enumerate(cases.items()):
            with self.subTest(word):
                self.failed(rows[seed], reason, 0)
        self.well(rows[len(cases)])
        if not wrong:
            self.assertEqual(self.wrong(server), [])
        return server, printed


class Well(Case):
    """What goes well."""

    def test_an_episode_and_what_the_server_sees(self):
        with Server() as server:
            rows, code, text, _ = run(self.config(server), 2, verify=True)
        self.assertEqual(code, 0, text)
        self.assertEqual(self.wrong(server), [])
        for row in rows.values():
            self.well(row)
            self.assertEqual((row["steps"], row["policy_calls"], row["mode"]), (STEPS, STEPS // CHUNK, "joint_pos"))
        self.assertEqual(len(server.seen), 4)
        first, second = server.seen[0]["request"], server.seen[1]["request"]
        self.assertEqual(list(first), ["observation/joint_position", "observation/gripper_position", "observation/tool_position", "prompt"])
        self.assertEqual([(a.dtype, a.shape) for a in list(first.values())[:3]], [("<f4", (7,)), ("<f4", (1,)), ("<f8", (3,))])
        self.assertRegex(first["prompt"], r"\bright\b")  # as this seed words it: the glass to the right-hand side
        moved = second["observation/joint_position"].values()[0] - first["observation/joint_position"].values()[0]
        self.assertGreater(moved, 0.5 * CHUNK * STEP)  # the arm follows, somewhat behind
        self.assertLess(moved, 1.1 * CHUNK * STEP)

    def test_chunks_of_any_length(self):
        """Rows that a chunk has not are asked for sooner; rows beyond `execute` are not played."""
        with Server(requests=["ok 1", "ok 2", "ok 5", "ok 64", "ok 300"]) as server:
            rows, _, text, _ = run(self.config(server, "execute=4"), 2)
        self.well(rows[0])
        self.assertEqual([rows[s]["policy_calls"] for s in (0, 1)], [4, 3], text)  # 1 2 4 3 and 4 4 2 steps

    def test_pings_fragments_and_single_bytes(self):
        words = ["pings", "fragments", "idle-ping", "trickle", "single", "ok"]
        with Server(requests=words, connections=["metadata"]) as server:
            rows, _, _, _ = run(self.config(server), 3, profile="inproc")
        for row in rows.values():
            self.well(row)
        self.assertEqual(self.wrong(server), [])
        notes = [note[:2] for note in server.notes]
        self.assertIn(("pings answered",), notes)
        self.assertIn(("pong", b"between"), notes)
        self.assertIn(("pong", b"idle"), notes)
        self.assertEqual({seen["connection"] for seen in server.seen}, {server.n_connections - 1})

    def test_a_connection_that_was_lost_between_episodes(self):
        with Server(requests=["ok", "leave", "ok", "ok"]) as server:
            rows, _, _, _ = run(self.config(server), 2)
        self.well(rows[0])
        self.well(rows[1])
        self.assertEqual(server.seen[2]["connection"], server.seen[1]["connection"] + 1)

    def test_a_connection_for_each_episode(self):
        with Server(requests=["leave"]) as server:
            rows, _, _, _ = run(self.config(server, "reset=reconnect"), 3)
        self.failed(rows[0], "was lost in mid-episode*server's state*1001: going away*", CHUNK)
        self.well(rows[1])
        self.well(rows[2])
        self.assertEqual(len({seen["connection"] for seen in server.seen}), 3)
        self.assertIn(1000, [note[2] for note in server.notes if note[0] == "gone"])  # we closed in order

    def test_without_state_it_goes_on_in_mid_episode(self):
        with Server(requests=["leave"]) as server:
            rows, _, _, _ = run(self.config(server), 1)
        self.well(rows[0])

    def test_where_answers_take_time(self):
        """The rows of a chunk that are over by then are left out: of ten, two at the start are."""
        with Server(requests=["ok 3", "ok 10"]) as server:
            rows, _, text, _ = run(self.config(server), 1, more=["--latency", "delay=2"])
        self.assertIn(0, rows, text)
        self.well(rows[0])
        with Server(requests=["ok 2"]) as server:
            rows, _, _, _ = run(self.config(server), 1, more=["--latency", "delay=2"])
        self.failed(rows[0], "the server's chunk of 2 rows is over before it begins: answers take 2 steps", 0)

    def test_prompt_path_and_key(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/key", "w", encoding="utf-8") as file:
                file.write("sesame\n")
            with Server() as server:
                more = f'path=/v1 prompt=text prompt_text="put it down" api_key_file={folder}/key'
                rows, _, text, _ = run(self.config(server, more), 1, allow=f"net,read={folder}")
                run(self.config(server, "prompt=none"), 1)
        self.assertIn(0, rows, text)
        self.well(rows[0])
        _, _, path, headers = [note for note in server.notes if note[0] == "headers"][0]
        self.assertEqual((path, headers["authorization"], headers["host"]), ("/v1", "Api-Key sesame", f"127.0.0.1:{server.port}"))
        self.assertEqual(server.seen[0]["request"]["prompt"], "put it down")
        self.assertNotIn("prompt", server.seen[-1]["request"])


class Answers(Case):
    """Answers that do not come, or are not what they should be."""

    def test_an_error_of_the_server(self):
        _, printed = self.each({"error": "answered with an error: KeyError: 'observation/joints'"})
        self.assertIn("websocket_policy_server.py", printed)

    def test_answers_that_do_not_come(self):
        server, _ = self.each({
            "late 3": "gave no answer within 1.5 s*",
            "half": "did not answer: *the connection was lost*",
            "drop": "did not answer: *the connection was lost*",
        }, timeout=1.5, wrong=True)
        self.assertEqual([seen["connection"] for seen in server.seen[:4]], [0, 1, 2, 3])  # none is used again

    def test_answers_that_are_wrong(self):
        self.each({
            "narrow": "actions has the shape [[]10 7], expected [[]rows 8]",
            "flat": "actions has the shape [[]8], expected [[]rows 8]",
            "no-rows": "actions has the shape [[]0 8], expected [[]rows 8]",
            "integers": 'actions: its dtype is "<i4", expected <f4 or <f8',
            "big-endian": 'actions: its dtype is ">f8", expected <f4 or <f8',
            "bytes": "actions: its dtype is |u1, expected <f4 or <f8",
            "short": "actions: its shape wants 640 bytes, it has 632",
            "lists": "actions: it is an array, not an array of numpy",
            "text-keys": "actions: it is not an array as openpi packs it (keys of bytes*",
            "nan": "actions[[]3][[]1] is nan",
            "infinite": "actions[[]0][[]0] is 1e+300",
            "missing": "the answer has no actions; it has: action, server_timing",
            "empty": "the answer has no actions; it has: nothing",
            "list": "the answer is an array, not a map",
            "twice": "the answer has actions twice",
        })

    def test_answers_that_are_no_messagepack(self):
        self.each({
            "nothing": "not MessagePack: at byte 0 of 0 the message ends within an item",
            "cut": "not MessagePack: *an item claims more bytes than the message has",
            "behind": "not MessagePack: *there are bytes behind the end of the message",
            "many": "not MessagePack: at byte 8 of 8 an array or a map claims more items than the message has bytes",
            "deep": "not MessagePack: *too deep within each other",
            "reserved": "not MessagePack: *0xc1 begins no item",
        })


class Frames(Case):
    """Frames that no server may send."""

    def test_frames_that_break_the_protocol(self):
        breaks = "did not answer: the server breaks the protocol: "
        server, _ = self.each({
            "huge": breaks + "a message is longer than the limit",
            "large": breaks + "a message is longer than the limit",
            "masked": breaks + "a frame of the server is masked",
            "extension": breaks + "a frame uses an extension that was not agreed on",
            "opcode": breaks + "a frame of an unknown kind",
            "long-length": breaks + "the length of a frame is written in a way that is not allowed",
            "long-ping": breaks + "a control frame is in pieces or longer than 125 bytes",
            "continued": breaks + "a frame goes on with a message that did not begin",
            "within": breaks + "a message begins within another one",
        }, wrong=True)
        codes = [note[2] for note in server.notes if note[0] == "gone"]
        self.assertEqual(sorted(codes), [1000] + 7 * [1002] + 2 * [1009])

    def test_a_message_that_nobody_asked_for(self):
        with Server(requests=["unasked"]) as server:
            rows, _, _, _ = run(self.config(server, "reset=reconnect"), 1)
        self.failed(rows[0], "a message that nobody asked for")


class Beginnings(Case):
    """No server, or one of another kind."""

    def test_a_server_that_is_none(self):
        cases = {
            "forbid": 'it answered "HTTP/1.1 403 Forbidden" instead of opening a websocket',
            "wrong key": "its answer does not fit the key that it was sent",
            "compress": "it chose an extension or a subprotocol that was not offered",
            "endless": "its answer is longer than 8192 bytes",
            "text first": "is no policy server: its first message is a text, not a map of metadata",
            "list first": "is no policy server: its first message is an array, not a map of metadata",
            "mute": "sent no metadata: waiting for the server: the time is over",
        }
        with Server(connections=["ok", *cases]) as server:
            rows, code, text, _ = run(self.config(server, "reset=reconnect", connect=2), len(cases) + 1)
        self.assertEqual(code, 0, text)
        for seed, (how, reason) in enumerate(cases.items()):
            with self.subTest(how):
                self.failed(rows[seed], reason, 0)
        self.well(rows[len(cases)])
        with Server(connections=["forbid"]) as server:
            _, code, text, _ = run(self.config(server), 1)
        self.assertEqual(code, 4, text)
        self.assertIn(cases["forbid"], text)

    def test_a_server_that_is_not_there(self):
        with Server() as server:
            pass
        _, code, text, _ = run(self.config(server, connect=0), 1)
        self.assertEqual(code, 4, text)
        self.assertIn(f"no connection to the policy server at 127.0.0.1:{server.port}: Connection refused (does it run?", text)

    def test_a_server_that_starts_later(self):
        with Server() as server:
            pass
        late = []
        timer = threading.Timer(2, lambda: late.append(Server(port=server.port).__enter__()))
        timer.start()
        rows, _, text, _ = run(self.config(server, connect=30), 1)
        timer.join()
        late[0].__exit__()
        self.assertIn(0, rows, text)
        self.well(rows[0])

    def test_a_policy_without_network_says_what_it_wants(self):
        with Server() as server:
            _, code, text, _ = run(self.config(server), 1, allow="")
        self.assertEqual(code, 4, text)
        self.assertIn("may not use the network: --allow net lets it", text)
        self.assertEqual(server.n_connections, 0)


HELP = subprocess.run([f"{BUILD}/bin/chorebench", "run", "--help"], capture_output=True, text=True, check=False).stdout


def constant(*values):
    """A policy that answers ten rows of these."""
    return lambda request, rows=10: Array.of("<f8", (rows, len(values)), values * rows)


@unittest.skipUnless("--convention" in HELP, "this program knows no conventions")
class Shapes(Case):
    """Servers as the field has them: the keys, types and shapes of their requests, and what their actions do."""

    def play(self, convention, keymap, policy, keys, images, **how):
        """One episode; the first and the last request, of which `keys` are checked, and `images` where cameras are offered."""
        with Server(policy=policy) as server:
            rows, code, text, _ = run(f"map={keymap} port={server.port} connect=5 execute=5", 1, more=["--convention", convention], **how)
        self.assertEqual(code, 0, text)
        self.well(rows[0])
        self.assertEqual(self.wrong(server), [])
        first, last = server.seen[0]["request"], server.seen[-1]["request"]
        shapes = {key: (a.dtype, a.shape) for key, a in first.items() if isinstance(a, Array)}
        pictures = {**shapes, **{key: (a.dtype, a.shape) for key, a in first.get("images", {}).items()}}
        self.assertEqual({key: shape for key, shape in shapes.items() if shape[0] != "|u1"}, keys)
        if "cam." not in text:  # not offered, not sent: it says so
            self.assertEqual({key: shape for key, shape in pictures.items() if shape[0] == "|u1"}, images)
        self.assertTrue(first["prompt"])
        return first, last

    def test_without_its_convention(self):
        with Server() as server:
            _, code, text, _ = run(f"map=libero port={server.port}", 1)
        self.assertEqual(code, 4, text)
        self.assertIn('mode "libero" is not offered, and key map libero wants it', text)
        self.assertIn("--convention libero", text)
        self.assertEqual(server.n_connections, 0)

    def test_libero(self):
        image = ("|u1", (224, 224, 3))
        first, last = self.play("libero", "libero", constant(1, 0, 0, 0, 0, 0, 1), {"observation/state": ("<f8", (8,))},
                                {"observation/image": image, "observation/wrist_image": image})
        before, after = first["observation/state"].values(), last["observation/state"].values()
        self.assertGreater(after[0] - before[0], 0.01)  # forwards
        self.assertLess(abs(after[1] - before[1]), 0.005)
        self.assertLess(after[6], before[6])  # 1 closes
        self.assertAlmostEqual(after[6], -after[7], places=6)

    def test_droid_by_velocity(self):
        image = ("|u1", (224, 224, 3))
        keys = {"observation/joint_position": ("<f8", (7,)), "observation/gripper_position": ("<f8", (1,))}
        images = {"observation/exterior_image_1_left": image, "observation/wrist_image_left": image}
        first, last = self.play("droid_velocity", "droid", constant(0.2, 0, 0, 0, 0, 0, 0, 0.6), keys, images)
        self.assertGreater(last["observation/joint_position"].values()[0] - first["observation/joint_position"].values()[0], 0.05)
        self.assertGreater(last["observation/gripper_position"].values()[0] - first["observation/gripper_position"].values()[0], 0.1)

    def test_droid_by_position(self):
        def policy(request, rows=10):
            joints = request["observation/joint_position"].values()
            return Array.of("<f4", (rows, 8), [joints[0] + 0.1, *joints[1:], 0.4] * rows)  # 0.4: open

        keys = {"observation/joint_position": ("<f8", (7,)), "observation/gripper_position": ("<f8", (1,))}
        first, last = self.play("droid", "droid_position", policy, keys,
                                {"observation/exterior_image_1_left": ("|u1", (224, 224, 3)), "observation/wrist_image_left": ("|u1", (224, 224, 3))})
        self.assertGreater(last["observation/joint_position"].values()[0] - first["observation/joint_position"].values()[0], 0.05)
        self.assertLess(last["observation/gripper_position"].values()[0], 0.1)


class Aloha(Shapes):
    """Two arms; their room takes longer to settle."""

    test_libero = test_droid_by_velocity = test_droid_by_position = test_without_its_convention = None

    def test_aloha(self):
        def policy(request, rows=10):
            state = request["state"].values()
            return Array.of("<f8", (rows, 14), [state[0] + 0.1, *state[1:6], 0.0, state[7] - 0.1, *state[8:13], 1.0] * rows)

        image = ("|u1", (3, 224, 224))
        first, last = self.play("aloha", "aloha", policy, {"state": ("<f4", (14,))},
                                {name: image for name in ("cam_high", "cam_low", "cam_left_wrist", "cam_right_wrist")}, task="laundry_room/fold_towel")
        before, after = first["state"].values(), last["state"].values()
        self.assertGreater(after[0], before[0] + 0.05)
        self.assertLess(after[7], before[7] - 0.05)
        self.assertLess(after[6], after[13])  # left closes, right opens


class Rules(Case):
    """The conformance kit, which is shown a server that is well."""

    def test_all(self):
        with Server() as server:
            command = [f"{BUILD}/bin/chorebench", "check", "openpi", "--allow", "net", "--task", "set_aside,synthetic",
                       "--policy-config", self.config(server)]
            environment = {**os.environ, "XDG_CACHE_HOME": CACHE.name, "NO_COLOR": "1", "COLUMNS": "200"}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.wrong(server), [])
        for rule in ("acts", "order", "bounds_of_buffers", "read_only", "leaks_instances", "leaks_episodes"):
            self.assertRegex(done.stdout, rf"(?m)^ *\d+ {rule} +pass")


def tearDownModule():
    CACHE.cleanup()


if __name__ == "__main__":
    unittest.main()
