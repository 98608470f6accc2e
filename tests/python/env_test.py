"""The Gymnasium environment: Gymnasium's own checks, the same states as a run, and what it says when it is misused."""
import gc
import json
import os
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

import gymnasium
import numpy as np
from gymnasium.utils.env_checker import check_env

SOURCE = Path(os.environ.get("CHORE_SOURCE_DIR", Path(__file__).parents[2]))
sys.path.insert(0, str(SOURCE / "policy_iface/python"))
import chorebench.gym  # noqa: E402 - found by the line before
from chorebench.gym import ChoreEnv  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory()
TASK = Path(SCRATCH.name) / "task.yaml"  # set_aside, but two seconds long
POLICY = """
import numpy as np
mode, observations = "eef_delta", ["proprio.eef_pos"]
def act(obs):
    t = obs.step
    return [0.02 * np.sin(0.3 * t), 0.03 * np.cos(0.2 * t), -0.02, 0.1 * np.sin(t), 0, 0.05, 0.04 + 0.03 * np.sin(0.5 * t)]
"""


def setUpModule() -> None:
    text = (SOURCE / "tasks/defs/dining_table/set_aside.yaml").read_text()
    for key, value in (("horizon: ", "2 s"), ("within: ", "1 s")):
        text = "\n".join(line[:line.index(key)] + key + value if line.strip().startswith(key) else line for line in text.split("\n"))
    text = "\n".join(line[:line.index("window:")] + "window: [0.5 s, 1 s]" + "}" * line.count("}") if "window:" in line else line
                     for line in text.split("\n"))
    TASK.write_text(text)


def run(variant: str, seed: int) -> dict:
    """The row of one episode of POLICY by `chorebench run`."""
    (Path(SCRATCH.name) / "wave.py").write_text(POLICY)
    out = Path(SCRATCH.name) / f"run-{variant}-{seed}"
    done = subprocess.run([chorebench.gym.find_program(), "run", str(TASK), "--policy", f"{SCRATCH.name}/wave.py", "--variant", variant,
                           "--seeds", f"{seed}..{seed}", "-j", "1", "--film", "none", "-q", "--out", str(out)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (out / "shard-0000.jsonl").read_text().splitlines()]
    return next(row for row in rows if "outcome" in row)


class Environment(unittest.TestCase):
    def test_gymnasiums_own_checks(self) -> None:
        env = gymnasium.make("chorebench/set_aside-v1")
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            check_env(env.unwrapped)
        known = ("infinity", "render", "normalised", "normalized", "symmetric")  # streams have no bounds, actions have units
        self.assertEqual([str(w.message) for w in said if not any(word in str(w.message) for word in known)], [])
        env.close()

    def test_the_same_actions_give_the_states_of_a_run(self) -> None:
        scope: dict = {}
        exec(POLICY, scope)
        for variant, seed in (("control", 3), ("disturbed", 3), ("disturbed", 4)):
            env = ChoreEnv(str(TASK), mode="eef_delta", variant=variant)
            row: dict = {}
            for again in range(2):  # what was before does not matter
                obs, info = env.reset(seed=seed)
                total, over, step = 0.0, False, 0
                while not over:
                    t = type("Obs", (), {"step": step})
                    obs, reward, terminated, truncated, info = env.step(np.array(scope["act"](t), dtype=np.float32))
                    self.assertTrue(env.observation_space.contains(obs))
                    total, over, step = total + float(reward), terminated or truncated, step + 1
                row = run(variant, seed) if again == 0 else row
                self.assertEqual((info["state_hash"], info["outcome"], info["clamped"]),
                                 (row["final_state_hash"], row["outcome"], row["clamped"]))
                self.assertEqual((info["step"], info["progress"]), (row["steps"], row["progress"]))
                self.assertAlmostEqual(total, row["progress"] + (row["outcome"] == "success"))
                self.assertEqual([event["fired_step"] >= 0 for event in info["events"]],
                                 [event["fired_s"] is not None and event["fired_s"] >= 0 for event in row["events"]])
            env.close()

    def test_success_ends_it_and_is_rewarded(self) -> None:
        page = (SOURCE / "policy_iface/python/README.md").read_text()
        push: dict = {}
        exec(page.split("```python\n")[1].split("```")[0], push)  # the policy that the README prints
        env = ChoreEnv("set_aside", mode="eef_pose", variant="control", observations=["proprio.*", "privileged.*"])
        env.reset(seed=0)
        texts, total, over = env._layout._known[0], 0.0, False
        obs, _ = env.reset(seed=0)
        while not over:
            obs, reward, terminated, truncated, info = env.step(np.array(push["act"]({**obs, **texts}), dtype=np.float32))
            total, over = total + float(reward), terminated or truncated
        self.assertTrue(terminated and info["is_success"] and info["outcome"] == "success")
        self.assertAlmostEqual(total, 2.0)
        self.assertTrue(all(literal["holds"] for literal in info["literals"]))
        with self.assertRaisesRegex(RuntimeError, "reset first"):
            env.step(env.action_space.sample())
        env.close()

    def test_seeds(self) -> None:
        env = ChoreEnv(str(TASK))
        first, info = env.reset(seed=5)
        drawn, again = env.reset()[1]["seed"], env.reset()[1]["seed"]
        self.assertTrue(drawn >= chorebench.gym.UNSEEDED_FROM and again != drawn and info["seed"] == 5)
        same, _ = env.reset(seed=5)
        self.assertTrue(all(np.array_equal(first[name], same[name]) for name in first))
        self.assertEqual(env.reset()[1]["seed"], drawn)  # drawn from the seed
        self.assertEqual(env.reset(seed=5, options={"variant": "control"})[1]["variant"], "control")
        env.close()

    def test_misuse_is_told(self) -> None:
        env = ChoreEnv(str(TASK), observations=["proprio.eef_pos"])
        self.assertEqual(list(env.observation_space), ["proprio.eef_pos"])
        with self.assertRaisesRegex(RuntimeError, "reset first"):
            env.step(env.action_space.sample())
        env.reset(seed=0)
        with self.assertRaisesRegex(ValueError, "an action has 7 values of 4 bytes, not 12 bytes"):
            env.step(np.zeros(3, np.float32))
        env.step(env.action_space.sample())  # and it goes on
        with self.assertRaisesRegex(ValueError, "control or disturbed"):
            env.reset(options={"variant": "sometimes"})
        env.reset(seed=0)
        nan = np.full(7, np.nan, np.float32)
        _, _, terminated, truncated, info = env.step(nan)
        self.assertTrue(truncated and not terminated and info["outcome"] == "policy_error" and "not a number" in info["reason"])
        env.close()
        env.close()
        with self.assertRaisesRegex(RuntimeError, "closed"):
            env.reset()
        for arguments, words in (({"mode": "eef_deltas"}, "there is no mode"), ({"variant": "x"}, "expected control"),
                                 ({"observations": ["proprio.no"]}, "proprio.no")):
            with self.assertRaisesRegex(ValueError, words):
                ChoreEnv(str(TASK), **arguments)
        with self.assertRaisesRegex(RuntimeError, "has ended with exit code 2"):
            ChoreEnv("no_such_task")
        gc.collect()

    def test_giving_up_where_it_could_be_done_fails(self) -> None:
        env = ChoreEnv(str(TASK), observations=["proprio.eef_pos"], variant="control")
        with self.assertRaisesRegex(ValueError, "no episode has begun"):
            env.report("help")
        _, info = env.reset(seed=0)
        self.assertEqual(info["report"], {"word": "none", "about": "", "step": -1})
        env.report("help", "mug")
        hold = np.zeros(7, np.float32)
        self.assertFalse(env.step(hold)[2])
        self.assertEqual(env.details()["report"], {"word": "help", "about": "mug", "step": 0})
        with self.assertRaisesRegex(ValueError, "none, done, cannot or help"):
            env.report("perhaps")
        env.report("cannot", "mug")
        _, _, terminated, _, info = env.step(hold)
        self.assertTrue(terminated and info["outcome"] == "failed" and "it said that it cannot" in info["reason"])
        self.assertEqual(env.reset(seed=0)[1]["report"]["word"], "none")
        env.close()

    def test_several_at_once(self) -> None:
        envs = gymnasium.vector.AsyncVectorEnv([lambda: ChoreEnv(str(TASK))] * 2)
        obs, _ = envs.reset(seed=[1, 2])
        self.assertFalse(np.array_equal(obs["privileged.object_pose"][0], obs["privileged.object_pose"][1]))
        envs.step(envs.action_space.sample())
        envs.close()


if __name__ == "__main__":
    os.environ.setdefault("XDG_CACHE_HOME", SCRATCH.name)
    unittest.main()
