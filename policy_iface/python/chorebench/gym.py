"""Episodes of chorebench as Gymnasium environments: one process of ``chorebench serve`` per environment.

    import gymnasium, chorebench.gym
    env = gymnasium.make("chorebench/set_aside-v1")
    obs, info = env.reset(seed=0)
    obs, reward, terminated, truncated, info = env.step(env.action_space.sample())
"""
from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from chorebench.frames import Closed, Layout, Line, wanted_fields
from chorebench.serve import chosen
from chorebench.types import Mode, Observation, Offer, Request

_STANDING = struct.Struct("<dIIQQ")
UNSEEDED_FROM = 1 << 32  #: episodes without a seed of their own are drawn from here on, apart from those that benchmarks use


def find_program() -> str:
    """The chorebench program: $CHOREBENCH_PROGRAM, the one beside this package, the one on the PATH."""
    own = Path(__file__).resolve().parents
    for found in (os.environ.get("CHOREBENCH_PROGRAM"), own[3] / "build/bin/chorebench", own[4] / "bin/chorebench",
                  shutil.which("chorebench")):
        if found and os.access(found, os.X_OK):
            return str(found)
    raise FileNotFoundError("there is no program chorebench: build it, put it on the PATH, or name it in CHOREBENCH_PROGRAM")


class ChoreEnv(gymnasium.Env[dict[str, Any], NDArray[np.float32]]):
    """One task, judged at every control step.

    Observation: a Dict of the streams by name. Action: a Box with the bounds of `mode`. Reward: the change of the episode's progress (0 to
    1), and 1 more for success. Terminated: success, or a failure condition; truncated: the horizon.
    """

    metadata: dict[str, Any] = {"render_modes": []}

    def __init__(self, task: str, mode: str = "eef_delta",
                 observations: Sequence[str | Mapping[str, Any]] | None = ("proprio.*", "privileged.*"),
                 variant: str = "disturbed", embodiment: str | None = None, program: str | None = None) -> None:
        """`task`: a name or the path of a task's file. `observations`: as a policy's; texts come in the info of reset only. `variant`:
        "disturbed" or "control"."""
        if variant not in ("control", "disturbed"):
            raise ValueError(f"variant \"{variant}\": expected control or disturbed")
        self.variant = variant
        self._running = False
        self._progress = 0.0
        command = [program or find_program(), "serve", task]
        command += ["--embodiment", embodiment] if embodiment else []
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._line = Line(self._process.stdout.fileno(), self._process.stdin.fileno())
        letter, data = self._read()
        said = json.loads(data)
        self.offer = Offer.from_json(said)  #: everything that could be seen and done
        self.task: dict[str, Any] = json.loads(self.offer.config)  #: name, version, horizon and control rate
        if mode not in self.offer.modes:
            self.close()
            raise ValueError(f"there is no mode \"{mode}\": {', '.join(self.offer.modes)}")
        self.mode: Mode = self.offer.modes[mode]
        request = Request(mode, chosen(observations, self.offer), max_batch=1).to_json()
        self._ask(b"R", json.dumps(request).encode())
        fields = wanted_fields(self.offer.fields, request)
        self._layout = Layout(fields, self.mode.dim)
        self._arrays = [name for name, *_ in self._layout.arrays]
        self.observation_space = spaces.Dict({field.name: self._space(field.dtype, field.shape) for field in fields
                                              if field.kind != "text"})
        self.action_space = spaces.Box(self.mode.lo.astype(np.float32), self.mode.hi.astype(np.float32), dtype=np.float32)
        self.metadata = {**self.metadata, "render_fps": self.task["control_hz"]}

    @staticmethod
    def _space(dtype: str, shape: tuple[int, ...]) -> spaces.Box:
        if dtype == "u8":
            return spaces.Box(0, 255, shape, np.uint8)
        kind: Any = {"f32": np.float32, "f64": np.float64, "i32": np.int32}[dtype]
        return spaces.Box(-np.inf, np.inf, shape, kind)

    def reset(self, *, seed: int | None = None,
              options: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The seed is the episode's: the same as `chorebench run --seeds`. options["variant"] is for this episode only. Without a seed one is
        drawn from 2^32 on."""
        super().reset(seed=seed)
        variant = (options or {}).get("variant", self.variant)
        while True:
            episode = seed if seed is not None else UNSEEDED_FROM + int(self.np_random.integers(1 << 32))
            try:
                data = self._ask(b"E", json.dumps({"seed": str(episode), "variant": variant}).encode())
                break
            except ValueError:
                if seed is not None or variant not in ("control", "disturbed"):
                    raise
        self._running = True
        obs, standing = self._take(data)
        self._progress = standing["progress"]
        return obs, {**standing, "seed": episode, "variant": variant, **self.details()}

    def step(self, action: NDArray[np.float32]) -> tuple[dict[str, Any], SupportsFloat, bool, bool, dict[str, Any]]:
        """One control step. Values out of bounds are clamped, as they are for policies; info["clamped"] counts them."""
        if not self._running:
            raise RuntimeError("step: the episode is over, or none has begun: reset first")
        obs, info = self._take(self._ask(b"A", np.ascontiguousarray(action, dtype="<f4").tobytes()))
        outcome = info["outcome"]
        reward = info["progress"] - self._progress + (1.0 if outcome == "success" else 0.0)
        self._progress = info["progress"]
        if outcome != "running":
            self._running = False
            info.update(self.details())
        return obs, reward, outcome in ("success", "failed"), outcome in ("timeout", "sim_error", "policy_error"), info

    def report(self, word: str, about: str = "") -> None:
        """Says, before the next step, "done", "cannot" (the job cannot be done, because of the thing that `about` names) or "help"."""
        self._ask(b"W", json.dumps({"word": word, "about": about}).encode())

    def details(self) -> dict[str, Any]:
        """What the goal, its stages and the events say now; the instruction; the last report; why the episode ended."""
        said: dict[str, Any] = json.loads(self._ask(b"I"))
        return {key: said[key] for key in ("instruction", "reason", "literals", "stages", "events", "report")}

    @property
    def task_description(self) -> str:
        """The instruction of this episode."""
        return str(self.details()["instruction"])

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            try:
                self._line.write(b"Q")
            except (Closed, OSError):
                pass
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            process.stdout.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __del__(self) -> None:
        if getattr(self, "_process", None) is not None:
            self.close()

    def _take(self, data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        progress, outcome, clamped, low, high = _STANDING.unpack_from(data)
        seen: Observation = next(self._layout.observations(bytearray(data[_STANDING.size:])))  # the user's own, to write to
        name = self.task["outcomes"][outcome]
        info = {"progress": progress, "outcome": name, "is_success": name == "success", "clamped": clamped,
                "state_hash": f"{high:016x}{low:016x}", "step": seen.step, "seconds": seen.seconds}
        return {name: seen[name] for name in self._arrays}, info

    def _ask(self, letter: bytes, data: bytes = b"") -> bytes:
        if self._process is None:
            raise RuntimeError("the environment is closed")
        try:
            self._line.write(letter, data)
        except Closed:
            pass  # its end is told below
        letter, data = self._read()
        if letter == b"X":
            raise ValueError(data.decode())
        return data

    def _read(self) -> tuple[bytes, bytes]:
        assert self._process is not None
        try:
            return self._line.read()
        except Closed as why:
            process = self._process
            self.close()
            raise RuntimeError(f"chorebench serve has ended with exit code {process.returncode} ({why}); its reason is on stderr") from None


def register() -> list[str]:
    """Registers "chorebench/TASK-vVERSION" for each task that the program lists; returns their ids."""
    listed = subprocess.run([find_program(), "list", "tasks", "--json"], stdout=subprocess.PIPE, check=True)
    ids = []
    for task in json.loads(listed.stdout)["tasks"]:
        ids.append(f"chorebench/{task['name']}-v{task['version']}")
        if ids[-1] not in gymnasium.registry:
            gymnasium.register(ids[-1], entry_point="chorebench.gym:ChoreEnv", kwargs={"task": task["name"]})
    return ids


IDS = register()
