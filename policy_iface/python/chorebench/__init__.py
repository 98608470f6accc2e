"""chorebench for Python: policies that chorebench runs, and its episodes as Gymnasium environments.

A policy is any object with ``act(obs)``; ``chorebench run set_aside --policy my_policy.py`` runs it.
See the README beside this package.
"""
from chorebench.listen import serve_policy
from chorebench.texts import part_rows, positions, regions, rows, unmet
from chorebench.types import Answer, Episode, Event, Field, Mode, Observation, Offer, Policy, Report, Request

__all__ = [
    "Answer", "Episode", "Event", "Field", "Mode", "Observation", "Offer", "Policy", "Report", "Request",
    "part_rows", "positions", "regions", "rows", "serve_policy", "unmet",
]
__version__ = "0.1.0"
