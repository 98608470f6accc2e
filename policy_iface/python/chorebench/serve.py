"""Runs a policy in Python as the program at the other end of chorebench's plug-ins ``python`` and ``pipe``.

    python3 -m chorebench.serve FILE.py[:NAME]
"""
from __future__ import annotations

import importlib.util
import inspect
import json
import os
import struct
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chorebench.frames import Closed, Layout, Line, pack_actions, wanted_fields
from chorebench.types import Answer, Episode, Event, Mode, Observation, Offer, Report, Request


SCOPES = {1: "episode", 2: "persistent"}


class Refusal(Exception):
    """A reason for people, without a traceback."""


# ---- from a file to an object ------------------------------------------------------------------------------


def load_module(path: str) -> ModuleType:
    """The file as a module. Its folder comes first on the path, as when Python runs the file."""
    sys.path.insert(0, str(Path(path).resolve().parent))
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise Refusal(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def find_policy(module: ModuleType, name: str) -> Any:
    """What the file means by its policy: `name`, else its own function act, else its only class that has one."""
    if name:
        if not hasattr(module, name):
            raise Refusal(f"{module.__file__} has no {name}")
        return getattr(module, name)
    if callable(getattr(module, "act", None)):
        return module
    found = [value for value in vars(module).values()
             if inspect.isclass(value) and value.__module__ == module.__name__ and hasattr(value, "act")]
    if len(found) != 1:
        several = ", ".join(f"{Path(str(module.__file__)).name}:{value.__name__}" for value in found)
        raise Refusal(f"which policy? {several}" if several else
                      f"{module.__file__} has neither a function act(obs) nor a class with one")
    return found[0]


class _Function:
    """A function as a policy; its attributes are the policy's."""

    def __init__(self, function: Callable[[Observation], Any]) -> None:
        self.act = function
        self.__dict__.update({name: getattr(sys.modules[function.__module__], name)
                              for name in ("mode", "observations") if hasattr(sys.modules[function.__module__], name)})
        self.__dict__.update(vars(function))


def make_policy(found: Any, config: str) -> Any:
    """A class is made an object of, with the configuration if it takes one."""
    if inspect.isclass(found):
        takes = [p for p in inspect.signature(found).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        if config and not takes:
            raise Refusal(f"{found.__name__} takes no configuration, and --policy-config gives one")
        make: Any = found
        found = make(config) if takes and (config or takes[0].default is inspect.Parameter.empty) else make()
    elif inspect.isfunction(found):
        found = _Function(found)
    if not callable(getattr(found, "act", None)):
        raise Refusal(f"{found!r} has no act(obs)")
    return found


def chosen(observations: Sequence[str | Mapping[str, Any]] | None, offer: Offer) -> list[str | Mapping[str, Any]]:
    """The streams that are wanted: patterns ("proprio.*") stand for all offered ones that are no pictures; None for those of them that a
    real robot has."""
    usual = [field for field in offer.fields.values() if field.kind in ("vector", "text")]
    if observations is None:
        return [field.name for field in usual if not field.privileged]
    out: list[str | Mapping[str, Any]] = []
    for asked in observations:
        if isinstance(asked, str) and set(asked) & set("*?["):
            out += [field.name for field in usual if fnmatchcase(field.name, asked) and field.name not in out]
        elif asked not in out:
            out.append(asked)
    return out


# ---- one policy ---------------------------------------------------------------------------------------------


class Served:
    """A policy and what was agreed on."""

    def __init__(self, policy: Any) -> None:
        self.policy = policy
        self.request: dict[str, Any] = {}
        self.layout = Layout([], 0)
        self.mode = Mode("", ())

    def negotiate(self, said: dict[str, Any]) -> dict[str, Any]:
        offer = Offer.from_json(said)
        if callable(getattr(self.policy, "negotiate", None)):
            asked = self.policy.negotiate(offer)
            self.request = asked.to_json() if isinstance(asked, Request) else {"protocol": 1, **asked}
        else:
            self.request = self._usual(offer).to_json()
        name = self.request["mode"]
        if name not in offer.modes:
            raise Refusal(f"there is no mode \"{name}\": {', '.join(offer.modes)}")
        self.mode = offer.modes[name]
        self.layout = Layout(wanted_fields(offer.fields, self.request), self.mode.dim)
        return self.request

    def _usual(self, offer: Offer) -> Request:
        mode = getattr(self.policy, "mode", None)
        if mode is None:
            raise Refusal(f"how does it act? mode = \"...\": {', '.join(offer.modes)}")
        return Request(mode, chosen(getattr(self.policy, "observations", None), offer), getattr(self.policy, "horizon", 1),
                       getattr(self.policy, "execute", None), getattr(self.policy, "rate_hz", None), 1,
                       getattr(self.policy, "caps", ()))

    def reset(self, said: Mapping[str, Any]) -> None:
        if callable(getattr(self.policy, "reset", None)):
            episode = Episode(said["slot"], int(said["id"]), int(said["seed"]), said["instruction"])
            if inspect.signature(self.policy.reset).parameters:
                self.policy.reset(episode)
            else:
                self.policy.reset()

    def act(self, data: bytes) -> bytes:
        answers = self.layout.observations(data)
        if callable(getattr(self.policy, "act_batch", None)):
            return pack_actions([self.said(answer) for answer in self.policy.act_batch(list(answers))])
        return pack_actions([self.said(self.policy.act(obs)) for obs in answers])

    def see(self, data: bytes) -> None:
        for obs in self.layout.observations(data):
            if callable(getattr(self.policy, "observe", None)):
                self.policy.observe(obs)

    def feedback(self, said: Mapping[str, Any]) -> None:
        if callable(getattr(self.policy, "feedback", None)):
            self.policy.feedback(Event(said["kind"], said["slot"], said["step"], said["value"], said["text"], said["success"]))

    def learn(self, data: bytes) -> bytes:
        report = self._kept("learn")(struct.unpack("<Q", data)[0] * 1e-9)
        return b"" if report is None else str(report).encode()

    def save(self, data: bytes) -> bytes:
        scope, slot = struct.unpack("<II", data)
        return bytes(self._kept("save")(SCOPES[scope], slot))

    def load(self, data: bytes) -> None:
        scope, slot = struct.unpack_from("<II", data)
        self._kept("load")(SCOPES[scope], slot, data[8:])

    def _kept(self, name: str) -> Callable[..., Any]:
        function = getattr(self.policy, name, None)
        if not callable(function):
            raise Refusal(f"it claims to keep what it learns, and has no {name}")
        return function

    def said(self, answer: Any) -> tuple[NDArray[np.float32], Report | None]:
        """What act returned as rows and a report."""
        if isinstance(answer, Answer):
            return self.rows(answer.action), answer.report
        return self.rows(answer), None

    def rows(self, answer: Any) -> NDArray[np.float32]:
        """What act returned as (rows, dim)."""
        dim = self.layout.dim
        if isinstance(answer, Mapping):
            slices = self.mode.slices()
            if set(answer) != set(slices):
                raise Refusal(f"act returns {', '.join(answer)}; the components are {', '.join(slices)}")
            answer = np.concatenate([np.atleast_1d(np.asarray(answer[name], dtype="<f4")) for name in slices], axis=-1)
        if hasattr(answer, "detach"):
            answer = answer.detach().cpu().numpy()  # a torch tensor
        out = np.ascontiguousarray(answer, dtype="<f4")
        if out.ndim == 1:
            out = out[np.newaxis]
        most = self.request.get("horizon", 1)
        if out.ndim != 2 or out.shape[1] != dim or not 1 <= len(out) <= most:
            parts = " + ".join(f"{c.name} {c.size}" for c in self.mode.components)
            chunk = f" or ({most} at most, {dim})" if most > 1 else ""
            raise Refusal(f"act returns shape {np.shape(answer)}; expected ({dim},){chunk}: {parts}")
        return out


# ---- the loop -----------------------------------------------------------------------------------------------


def reason_of(error: BaseException, path: str) -> str:
    """One line: what, and where in the user's own files."""
    if isinstance(error, Refusal):
        return str(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__}: {error.msg} ({Path(error.filename).name} line {error.lineno})"
    own = str(Path(path).resolve().parent)
    hint = ""
    if isinstance(error, PermissionError) and error.filename:
        hint = f"; --allow read={os.path.abspath(os.fsdecode(error.filename))} lets it read that"
    elif isinstance(error, ModuleNotFoundError) and error.name:
        beside = os.path.join(own, error.name.split(".")[0])
        if os.path.exists(beside) or os.path.exists(beside + ".py"):
            hint = f"; --allow read={own} lets it read what lies beside it"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.abspath(f.filename).startswith(own)]
    where = f" ({Path(frames[-1].filename).name} line {frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    return f"{type(error).__name__}: {error}{where}{hint}"


def print_traceback(error: BaseException) -> None:
    """To stderr, from the first line of the user's on."""
    ours, tb = os.path.dirname(__file__), error.__traceback__
    while tb is not None and os.path.dirname(tb.tb_frame.f_code.co_filename) in (ours, "", "<frozen importlib"):
        tb = tb.tb_next
    traceback.print_exception(error.with_traceback(tb or error.__traceback__))


def serve(line: Line, make: Callable[[str], Any], path: str) -> None:
    """Answers until the other side is gone. `make`: from a configuration to the policy; `path`: its file. Whatever the policy raises
    is the reason of its answer, and printed."""
    served: Served | None = None

    def answer(letter: bytes, data: bytes) -> tuple[bytes, bytes]:
        nonlocal served
        if letter == b"O":
            said = json.loads(data)
            if served is None:
                served = Served(make(said["config"]))
            return b"R", json.dumps(served.negotiate(said)).encode()
        if served is None:
            raise Refusal("there was no offer")
        if letter == b"A":
            return b"A", served.act(data)
        if letter == b"E":
            for episode in json.loads(data)["episodes"]:
                served.reset(episode)
        elif letter == b"F":
            for event in json.loads(data)["events"]:
                served.feedback(event)
        elif letter == b"S":
            served.see(data)
        elif letter == b"L":
            return b"K", served.learn(data)
        elif letter == b"V":
            return b"D", served.save(data)
        elif letter == b"G":
            served.load(data)
        return b"K", b""

    while True:
        letter, data = line.read()
        if letter == b"Q":
            return
        try:
            reply = answer(letter, data)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, chorebench is to know it
            if not isinstance(error, Refusal):
                print_traceback(error)
            reply = b"X", reason_of(error, path).encode(errors="replace")
        line.write(*reply)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path, _, name = sys.argv[1].partition(".py:")
    path += ".py" if name or not path.endswith(".py") else ""
    line = Line(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # what the policy reads is not for it,
    os.dup2(2, 1)  # and what it prints is not for chorebench
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        serve(line, lambda config: make_policy(find_policy(load_module(path), name), config), path)
    except (Closed, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
