"""What the environment costs: its step rate on set_aside against that of the loop in C, and the share of CPU time that is Python's.

Both push a mug aside for an episode, in turn (the policy that the READMEs print, in C and in Python; recorded first), so that a change of the
machine's speed hits both. The check is on CPU time, which depends less on what else the machine does: at least 80 % of it must be the simulation's.
"""
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

SOURCE = Path(os.environ.get("CHORE_SOURCE_DIR", Path(__file__).parents[2]))
BUILD = Path(os.environ.get("CHORE_BUILD_DIR", SOURCE / "build"))
sys.path.insert(0, str(SOURCE / "policy_iface/python"))
from chorebench.gym import ChoreEnv, find_program  # noqa: E402

ROUNDS = 5


def cpu_of(pid: int) -> float:
    return sum(int(task.joinpath("schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) * 1e-9


env = ChoreEnv("set_aside", mode="eef_pose", variant="control")
push: dict = {}
exec((SOURCE / "policy_iface/python/README.md").read_text().split("```python\n")[1].split("```")[0], push)  # as printed there
obs, info = env.reset(seed=0)
actions, texts, over = [], env._layout._known[0], False
while not over:
    actions.append(np.array(push["act"]({**obs, **texts}), dtype=np.float32))
    obs, _, terminated, truncated, info = env.step(actions[-1])
    over = terminated or truncated
assert info["is_success"]

ratios, python, server, steps = [], 0.0, 0.0, 0
for _ in range(ROUNDS):
    env.reset(seed=0)
    before, wall, own = cpu_of(env._process.pid), time.perf_counter(), time.process_time()
    for n, action in enumerate(actions, 1):
        env.step(action)
    rate = n / (time.perf_counter() - wall)
    python, server, steps = python + time.process_time() - own, server + cpu_of(env._process.pid) - before, steps + n
    said = subprocess.run([find_program(), "speed", "set_aside", "--policy", str(BUILD / "tests/plugins/push.so"), "--rounds", "1", "--json"],
                          stdout=subprocess.PIPE, check=True)
    in_c = json.loads(said.stdout)["tasks"][0]["control_steps_per_s"]
    ratios.append(rate / in_c)
    print(f"{rate:6.0f} steps/s by the environment, {in_c:6.0f} by the loop in C")
env.close()
share = server / (server + python)
print(f"median ratio {statistics.median(ratios):.3f}; per step {1e6 * python / steps:.0f} us of Python, {1e6 * server / steps:.0f} us of C: "
      f"{100 * share:.0f} % of the CPU time are the simulation's")
sys.exit(share < 0.8)
