"""What a policy is offered, what it may ask for, and what it then sees."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

DTYPES: dict[str, np.dtype[Any]] = {
    "u8": np.dtype("u1"), "f32": np.dtype("<f4"), "f64": np.dtype("<f8"), "i32": np.dtype("<i4"),
}

REPORTS = {"none": 0, "done": 1, "cannot": 2, "help": 3}


@dataclass(frozen=True)
class Field:
    """One stream of observations, or one component of an action. What the words mean: chore/policy.h."""

    name: str
    kind: str  #: "vector", "text", "rgb" or "depth"
    dtype: str  #: "f32", "u8", "f64" or "i32"
    shape: tuple[int, ...]
    repr: str  #: what a value is: "m", "rad", "quat_wxyz", ...
    frame: str  #: "base", "world", "joint" or ""
    flags: tuple[str, ...]  #: "privileged": no real robot has it; "optional", "resizable", "binary"
    lo: NDArray[np.float64]  #: bounds per value, flat; infinite where there is none
    hi: NDArray[np.float64]
    scale: float = 1.0
    convert: str = ""
    layout: str = "none"

    @property
    def size(self) -> int:
        """Number of values."""
        return int(np.prod(self.shape))

    @property
    def privileged(self) -> bool:
        return "privileged" in self.flags

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> Field:
        shape = tuple(said["shape"])
        size = int(np.prod(shape)) if said["kind"] != "text" else 0

        def bounds(key: str, unbounded: float) -> NDArray[np.float64]:
            values = said.get(key)
            if values is None:
                return np.full(size, unbounded)
            return np.array([unbounded if value is None else value for value in values], dtype=np.float64)

        return Field(
            name=said["name"], kind=said["kind"], dtype=said["dtype"], shape=shape, repr=said["repr"],
            frame=said["frame"], flags=tuple(said["flags"]), lo=bounds("lo", -np.inf), hi=bounds("hi", np.inf),
            scale=said.get("scale", 1.0), convert=said.get("convert", ""), layout=said.get("layout", "none"))


@dataclass(frozen=True)
class Mode:
    """A way to act: its components follow each other in an action."""

    name: str
    components: tuple[Field, ...]

    @property
    def dim(self) -> int:
        """Number of values of one action."""
        return sum(component.size for component in self.components)

    @property
    def lo(self) -> NDArray[np.float64]:
        return np.concatenate([component.lo for component in self.components])

    @property
    def hi(self) -> NDArray[np.float64]:
        return np.concatenate([component.hi for component in self.components])

    def slices(self) -> dict[str, slice]:
        """Where each component lies in an action."""
        out, at = {}, 0
        for component in self.components:
            out[component.name] = slice(at, at + component.size)
            at += component.size
        return out


@dataclass(frozen=True)
class Offer:
    """Everything that a policy could see and do in this run."""

    embodiment: str
    rates_hz: tuple[float, ...]
    max_batch: int
    max_horizon: int
    delay_steps: int
    privileged_allowed: bool
    feedback: tuple[str, ...]
    fields: dict[str, Field]
    modes: dict[str, Mode]
    config: str  #: what the user gave with --policy-config
    learning: bool = False  #: this run is a lifetime: learn only then

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> Offer:
        modes = {mode["name"]: Mode(mode["name"], tuple(map(Field.from_json, mode["components"])))
                 for mode in said["modes"]}
        return Offer(
            embodiment=said["embodiment"], rates_hz=tuple(said["rates_hz"]), max_batch=said["max_batch"],
            max_horizon=said["max_horizon"], delay_steps=said["delay_steps"],
            privileged_allowed=bool(said["privileged_allowed"]), feedback=tuple(said["feedback"]),
            fields={field["name"]: Field.from_json(field) for field in said["fields"]}, modes=modes,
            config=said["config"], learning=bool(said["learning"]))


@dataclass
class Request:
    """What a policy asks for. A field is a name, or a mapping with "name" and what is to be otherwise than offered."""

    mode: str
    fields: Sequence[Union[str, Mapping[str, Any]]]
    horizon: int = 1  #: rows of an action chunk at most
    execute: int | None = None  #: of them, rows that run before the next act; None: all
    rate_hz: float | None = None  #: None: the first that is offered
    max_batch: int = 1
    caps: Sequence[str] = ()  #: "deterministic", "batch_invariant", "needs_every_obs", "prefix", "learns", "saves_episode"
    components: Sequence[Mapping[str, Any]] = ()

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "protocol": 1, "mode": self.mode, "fields": list(self.fields), "horizon": self.horizon,
            "execute": self.horizon if self.execute is None else self.execute, "max_batch": self.max_batch,
            "caps": list(self.caps)}
        if self.rate_hz is not None:
            out["rate_hz"] = self.rate_hz
        if self.components:
            out["components"] = list(self.components)
        return out


@dataclass(frozen=True)
class Episode:
    """An episode that begins."""

    slot: int
    id: int
    seed: int  #: for the policy's own randomness: the same seed, the same behaviour
    instruction: str


@dataclass(frozen=True)
class Event:
    """Feedback: what the offer's ``feedback`` names, such as "outcome"."""

    kind: str
    slot: int
    step: int
    value: float
    text: str
    success: bool


class Observation(dict[str, Any]):
    """The streams by name: numpy arrays (read-only: copy what you change) and texts."""

    slot: int  #: which of the episodes that run at once
    step: int  #: control steps since the episode began
    seconds: float  #: simulated time since then
    first: bool  #: the episode's first call
    late: bool  #: the last answer came too late and was not used
    committed: NDArray[np.float32]  #: (rows, dim): what runs while this call thinks


@dataclass(frozen=True)
class Report:
    """What a policy says beside its action: ``"done"``, ``"cannot"`` (the job cannot be done, because of what `about` names) or ``"help"``."""

    word: str
    about: str = ""

    def __post_init__(self) -> None:
        if self.word not in REPORTS:
            raise ValueError(f"a report is one of {', '.join(REPORTS)}, not \"{self.word}\"")


@dataclass(frozen=True)
class Answer:
    """An action together with a report, for ``act`` to return."""

    action: Any
    report: Report


class Policy(Protocol):
    """What chorebench needs of a policy. All else is optional: ``reset(episode)``, ``negotiate(offer)``, ``observe(obs)``,
    ``feedback(event)``, ``learn(budget_s)``, ``save(scope, slot)``, ``load(scope, slot, data)``, and the attributes ``mode``, ``observations``, ``horizon``, ``execute``, ``caps``."""

    def act(self, obs: Observation) -> ArrayLike | Mapping[str, ArrayLike] | Answer:
        """One action, (dim,); a chunk of them, (rows, dim); or a mapping from component to values. An ``Answer`` holds any of these and a
        report."""
