"""Policies for policies.cases, one class each."""
import os
import pickle
import random
import sys

import numpy as np

from chorebench import Answer, Report

POSTURE = [0, 0, 0, -1.5, 0, 1.5, 0.8, 0.04]


class Base:
    mode = "joint_pos"
    observations = ["proprio.joint_pos"]

    def act(self, obs):
        return POSTURE


class Prints(Base):
    def __init__(self):
        print("hello from", type(self).__name__)
        os.system("echo hello from a shell")


class Numbers(Base):
    """Everything that the README says of obs and reset."""
    observations = ["proprio.joint_pos", "instruction", "privileged.object_pose"]

    def reset(self, episode):
        assert episode.slot == 0 and episode.id > 0 and episode.seed > 0 and len(episode.instruction) > 9
        self.words = episode.instruction
        self.rng, self.calls = np.random.default_rng(episode.seed), 0

    def act(self, obs):
        assert obs.step == self.calls and abs(obs.seconds - self.calls / 20) < 1e-9 and obs.first == (self.calls == 0)
        assert obs["proprio.joint_pos"].shape == (7,) and obs["proprio.joint_pos"].dtype == np.float32
        assert obs["privileged.object_pose"].shape[1] == 7 and obs["instruction"] == self.words
        assert len(obs) == 3 and obs.slot == 0 and not obs.late and len(obs.committed) == 0
        try:
            obs["proprio.joint_pos"][0] = 1
            raise AssertionError("an observation can be written to")
        except ValueError:
            pass
        self.calls += 1
        return np.add(POSTURE, 0.01 * self.rng.standard_normal(8))

    def feedback(self, event):
        print("feedback:", event.kind, event.text, event.success)


class Chunks(Base):
    """Four rows at a time, of which three run."""
    horizon, execute = 4, 3

    def __init__(self):
        self.steps = []

    def act(self, obs):
        self.steps.append(obs.step)
        return np.tile(POSTURE, (4, 1))

    def feedback(self, event):
        print("asked at", *self.steps[:4])


class Every(Chunks):
    """Sees the steps between, too."""
    caps = ["needs_every_obs"]

    def observe(self, obs):
        self.steps.append(-obs.step)


class Reports(Base):
    """Says something at steps 3 to 5, and something else at step 9."""

    def act(self, obs):
        if 3 <= obs.step <= 5:
            return Answer(POSTURE, Report("help", "the mug"))
        return Answer(POSTURE, Report("done")) if obs.step == 9 else POSTURE


class GivesUp(Base):
    def act(self, obs):
        return Answer(POSTURE, Report("cannot", "mug")) if obs.step == 4 else POSTURE


class Remembers(Base):
    """Draws from its seed, and learns one number: what it keeps goes through save and load. It forgets what is asked of it as a configuration."""
    caps = ["deterministic", "saves_episode", "learns"]

    def __init__(self, config=""):
        self.forgets, self.learned, self.rng, self.learning = config, 0.0, random.Random(0), False

    def negotiate(self, offer):
        self.learning = offer.learning
        return {"mode": "joint_pos", "fields": ["proprio.joint_pos"], "caps": self.caps}

    def reset(self, episode):
        self.rng = random.Random(episode.seed)

    def act(self, obs):
        return np.add(POSTURE, 0.01 * self.rng.random() + self.learned)

    def learn(self, budget_s):
        self.learned += 0.001
        return f"learned for {budget_s:.1f} s"

    def save(self, scope, slot):
        if self.forgets == scope:
            return b""
        return pickle.dumps(self.rng.getstate() if scope == "episode" else self.learned)

    def load(self, scope, slot, data):
        if self.forgets == scope:
            return
        if scope == "episode":
            self.rng.setstate(pickle.loads(data))
        else:
            self.learned = pickle.loads(data)


class Mumbles(Base):
    def act(self, obs):
        return Answer(POSTURE, Report("hmm"))


class Parts(Base):
    def act(self, obs):
        return {"act.arm.gripper": 0.04, "act.arm.joints": POSTURE[:7]}


class Configured(Base):
    def __init__(self, config):
        print("configured with", config)


class Negotiates(Base):
    def negotiate(self, offer):
        mode = offer.modes["joint_pos"]
        assert mode.dim == 8 and np.all(mode.lo < mode.hi) and offer.fields["proprio.joint_pos"].shape == (7,)
        assert offer.fields["privileged.object_pose"].privileged and offer.rates_hz == (20.0,)
        return {"mode": "joint_pos", "fields": [{"name": "proprio.no_such", "flags": ["optional"]}, "proprio.joint_pos"]}

    def act(self, obs):
        assert list(obs) == ["proprio.joint_pos"]
        return POSTURE


class Raises(Base):
    def act(self, obs):
        return self.deeper(obs.step)

    def deeper(self, step):
        if step == 2:
            raise ValueError("I have lost my way")
        return POSTURE


class Exits(Base):
    def act(self, obs):
        sys.exit(3)


class Aborts(Base):
    def act(self, obs):
        os.abort()


class Narrow(Base):
    def act(self, obs):
        return [0, 0, 0]


class WrongParts(Base):
    def act(self, obs):
        return {"gripper": 0.04}


class NoMode:
    def act(self, obs):
        return POSTURE


class WrongMode(Base):
    mode = "joint_poss"


class Reads(Base):
    def __init__(self):
        open(os.path.join(os.path.dirname(__file__), "model.bin"), "rb").read()


class Imports(Base):
    def __init__(self):
        import beside  # noqa: F401
