"""The text streams of the privileged track as Python (formats: tasks/README.md)."""
from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=64)
def _lines(text: str, word: str) -> tuple[list[str], ...]:
    return tuple(line.split()[1:] for line in text.splitlines() if line.startswith(word + " "))


def unmet(goal: str) -> list[list[str]]:
    """What does not hold yet of "privileged.goal": ["in_region", "mug_1", "side_right"], or ["not", ...]."""
    return [words[2:] for words in _lines(goal, "literal") if words[0] == "0"]


@lru_cache(maxsize=16)
def rows(objects: str) -> dict[str, int]:
    """Each object's row in "privileged.object_pose"."""
    return {words[1]: int(words[0]) for words in _lines(objects, "object")}


@lru_cache(maxsize=16)
def part_rows(objects: str) -> dict[str, int]:
    """The row of each part (a door, a drawer, a flap: "chest/drawer") in "privileged.part_pos"."""
    return {words[1] + "/" + words[2]: int(words[0]) for words in _lines(objects, "part")}


@lru_cache(maxsize=16)
def regions(objects: str) -> dict[str, NDArray[np.float64]]:
    """Each region's place in the world: the centre of its bottom face."""
    return {words[0]: np.array([float(word) for word in words[1:4]]) for words in _lines(objects, "region")}


def _turned_back(quat: NDArray[Any], vectors: NDArray[Any]) -> NDArray[np.float64]:
    """Vectors of the world in the frame that a quaternion wxyz describes."""
    w, x, y, z = np.asarray(quat, dtype=np.float64)
    turn = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                     [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                     [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])
    turned: NDArray[np.float64] = np.asarray(vectors, dtype=np.float64) @ turn
    return turned


def positions(obs: Mapping[str, Any], arm: int = 0) -> dict[str, NDArray[np.float64]]:
    """Where each object and each region is, (3,), in the frame of an arm's base: the one in which "eef_pose" is told. Of
    "privileged.objects", "privileged.object_pose" and "proprio.base_pose"."""
    base = np.reshape(obs["proprio.base_pose"], (-1, 7))[arm]
    places = regions(obs["privileged.objects"])
    names = [*rows(obs["privileged.objects"]), *places]
    world = [np.reshape(obs["privileged.object_pose"], (-1, 7))[:, :3], *(place[np.newaxis] for place in places.values())]
    return dict(zip(names, _turned_back(base[3:], np.concatenate(world) - base[:3])))
