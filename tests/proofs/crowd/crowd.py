#!/usr/bin/env python3
"""crowd.py [--rounds N] [SEED]: how fast a kitchen runs with ever more things in it.

Writes copies of the task clear_counter in whose scene 0, 8, 16 ... more things stand asleep on shelves, in the fridge and on the worktops, lets
`chorebench speed` play the oracle's episode of each (controller, observations, goal, hash and trace), and prints a table. CHORE_BUILD_DIR: the
build (build/). Nothing is kept.
"""
import json
import os
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
# Where a household keeps what: region, then kinds and how many of each.
HOUSEHOLD = [
    ("cabinet_left_low", [("plate", 3), ("glass", 2)]),
    ("cabinet_left_high", [("bowl", 3), ("jam_jar", 2)]),
    ("cabinet_right_low", [("mug", 4), ("glass", 2)]),
    ("cabinet_right_high", [("cereal_box", 2), ("jam_jar", 2), ("food_box", 1)]),
    ("fridge_low", [("milk_carton", 2), ("bottle", 2), ("food_box", 1)]),
    ("fridge_middle", [("jam_jar", 3), ("can", 3)]),
    ("drainer", [("mug", 1), ("sponge", 1), ("spoon", 2)]),
    ("hob", [("pan", 1), ("bowl", 1)]),
]
STEPS = (0, 8, 16, 24, 32, 38)


def things():
    """Round the shelves, one thing of each at a time, so that every kitchen is a plausible one."""
    shelves = [(region, [kind for kind, n in kinds for _ in range(n)]) for region, kinds in HOUSEHOLD]
    found = []
    while any(kinds for _, kinds in shelves):
        for region, kinds in shelves:
            if kinds:
                found.append((region, kinds.pop(0)))
    return found


def task(n):
    with open(f"{TOP}/tasks/defs/kitchen/clear_counter.yaml") as file:
        text = file.read()
    more = things()[:n]
    pool = "".join(f"  - {{id: thing_{i}, kind: {kind}}}\n" for i, (_, kind) in enumerate(more))
    places = "".join(f"  - {{place: [thing_{i}], region: {region}, yaw: [-180 deg, 180 deg]}}\n" for i, (region, _) in enumerate(more))
    text = text.replace("name: clear_counter", f"name: clear_counter_{n}")
    # What stands on the shelves is none of the task's business.
    for category, kinds in (("category: food", "kind: [apple, orange, lemon, banana]"), ("kind: [can, bottle]", "objects: [can_1, bottle_1]")):
        text = text.replace(f"forall: {{{category}", f"forall: {{{kinds}")
    return text.replace("\ninit:\n", pool + "\ninit:\n").replace("\ngoal:\n", places + "\ngoal:\n")


def main(words):
    rounds = words.pop(words.index("--rounds") + 1) if "--rounds" in words else "3"
    seeds = [word for word in words if word.isdigit()] or ["101"]
    build = os.environ.get("CHORE_BUILD_DIR", f"{TOP}/build")
    print("| things in the kitchen | physics steps/s | x real time | collision / solver / other physics / harness |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for n in STEPS:
            path = f"{folder}/clear_counter_{n}.yaml"
            with open(path, "w") as file:
                file.write(task(n))
            out = subprocess.run([f"{build}/bin/chorebench", "speed", path, "--seed", seeds[0], "--rounds", rounds, "--json"],
                                 check=True, stdout=subprocess.PIPE, text=True).stdout
            speed = json.loads(out)["tasks"][0]
            share = speed["share"]
            shares = " / ".join(f"{100 * share[key]:.0f}" for key in ("collision", "solver", "other_physics", "harness"))
            print(f"| {n + 12} | {speed['physics_steps_per_s']:.0f} | {speed['times_real_time']:.1f} | {shares} % |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
