#!/usr/bin/env python3
"""grasps.py COMMAND BUILD.json <lines: the table of run_grasps.sh. A line: task kind size point layers tries held."""
import json
import math
import sys


def wilson(k, n):
    z = 1.959964
    middle, half = (k + z * z / 2) / (n + z * z), z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return f"{100 * (middle - half):.1f} to {100 * (middle + half):.1f}"


def row(name, some):
    held = [p for p in some if p[6] == "1"]
    by_try = [sum(p[5] == str(n) for p in held) for n in (1, 2, 3)]
    print(f"| {name} | {len(some)} | {len(held)} | {100 * len(held) / len(some):.1f} % | {wilson(len(held), len(some))} "
          f"| {by_try[0]} / {by_try[1]} / {by_try[2]} |")


def main(command, build_path):
    pinches = [line.split() for line in sys.stdin]
    with open(build_path) as file:
        build = json.load(file)
    print("# How often a pinch of cloth holds\n")
    print(f"`{command}` at commit {build['commit'][:12]}{', with changes' if build['dirty'] else ''}, {build['recorded'][:10]}, "
          f"{build['machine']['cpu_class']}. Points drawn at random among those that lie on top and are in reach; held: still between\n"
          "the pads after a lift of 8 cm and a second in the air. Intervals: 95 % Wilson.\n")
    print("| pinches | n | held within 3 tries | rate | interval | in try 1 / 2 / 3 |\n|---|---|---|---|---|---|")
    row("all", pinches)
    for column in (3, 4, 1, 0):
        for value in sorted({p[column] for p in pinches}):
            name = {"1": "one layer", "2": "two layers"}.get(value, value) if column == 4 else f"`{value}`" if column == 0 else value
            row(name, [p for p in pinches if p[column] == value])


main(*sys.argv[1:])
