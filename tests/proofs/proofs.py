#!/usr/bin/env python3
"""What proofs make of run folders.

proofs.py check RUN [VARIANT] at-least|at-most N   every cell (of that variant) has so many successes
proofs.py table SUITE COMMAND RUN|EARLIER.json... >SUITE.md   counts and intervals of all runs, and of the cells of an earlier table that
                                                   no run has; writes $PROOFS_JSON, see run_proofs.sh
"""
import glob
import json
import math
import os
import sys


def load(path):
    with open(path) as file:
        return json.load(file)


def rows(run):
    """The row that counts for each planned episode."""
    found = {}
    for path in sorted(glob.glob(f"{run}/shard-*.jsonl")):
        for line in open(path):
            row = json.loads(line)
            if "index" in row and row["attempt"] >= found.get(row["index"], row)["attempt"]:
                found[row["index"]] = row
    return [found[index] for index in sorted(found)]


def check(run, *words):
    *variant, relation, n = words
    good = cells = 0
    for cell in load(f"{run}/summary.json")["cells"]:
        if variant and cell["variant"] != variant[0]:
            continue
        cells += 1
        met = cell["successes"] >= int(n) if relation == "at-least" else cell["successes"] <= int(n)
        met = met and cell["episodes"] == cell["planned"] > 0
        good += met
        print(f"{'ok    ' if met else 'FAILED'} {cell['policy']:9} {cell['task']:10} {cell['variant']:9} "
              f"{cell['successes']}/{cell['episodes']} (wanted {relation} {n}), progress {cell['mean_progress']:.2f}")
    for row in rows(run):
        if relation == "at-most" and row["success"] or relation == "at-least" and not row["success"]:
            print(f"       {row['task']}-{row['variant']}-{row['seed']:05}: {row['outcome']}, {row['reason']}")
    return 0 if cells and good == cells else 1


def source_of(build):
    return f"{build['commit'][:12]}{', with changes' if build['dirty'] else ''}"


def median(numbers):
    numbers = sorted(numbers)
    half = len(numbers) // 2
    return numbers[half] if len(numbers) % 2 else (numbers[half - 1] + numbers[half]) / 2


def more_of(own):
    """Median time of the successes, events handled, simulated seconds in a second of a core; episodes that ended otherwise than they should."""
    events = [event for row in own for event in row["events"] if event["fired_s"] is not None]
    times = [row["sim_time_s"] for row in own if row["success"]]
    failures = [f"{row['policy']} {row['task']}-{row['variant']}-{row['seed']:05}: {row['outcome']}, progress {row['progress']:.2f}, {row['reason']}"
                for row in own
                if row["policy"] == "oracle" and not row["success"] or row["policy"] in ("noop", "random") and row["success"]]
    return {"median": f"{median(times):.0f} s" if times else "",
            "handled": f"{sum(event['handled'] for event in events)}/{len(events)}" if events else "",
            "x_real_time": f"{sum(row['sim_time_s'] for row in own) / max(1e-9, sum(row['wall_s'] for row in own)):.1f}",
            "failures": failures}


def key_of(cell):
    return cell["task"], cell["variant"], cell["policy"]


def wilson(successes, n, z=1.959964):
    """As bench/stats.c has it."""
    middle, half = successes + z * z / 2, z * math.sqrt(successes * (n - successes) / n + z * z / 4)
    return [max(0, (middle - half) / (n + z * z)), min(1, (middle + half) / (n + z * z))]


def parts_of(run):
    """Key, what the harness was, planned cell and rows of each cell of a run."""
    found, build = rows(run), load(f"{run}/build.json")
    about = {"commit": source_of(build), "recorded": build["recorded"], "mujoco": build["mujoco"]["version"], "compiler": build["compiler"],
             "cpu_class": build["machine"]["cpu_class"]}
    for cell in load(f"{run}/summary.json")["cells"]:
        own = [row for row in found if (row["task"], row["variant"], row["policy"]) == key_of(cell)]
        if own:
            yield key_of(cell) + (about["commit"],), about, cell, own


def cells_of(runs):
    """One cell for all runs of the same policy, task and variant at one commit; a seed that is twice among them counts once."""
    found = {}
    for run in runs:
        for key, about, cell, own in parts_of(run):
            about_all, cell_all, rows_all = found.setdefault(key, (about, cell, []))
            seen = {row["seed"] for row in rows_all}
            rows_all += [row for row in own if row["seed"] not in seen]
    for about, cell, own in found.values():
        n, done = len(own), sum(bool(row["success"]) for row in own)
        numbers = sorted(row["seed"] for row in own)
        yield dict(cell, seeds=f"{numbers[0]}..{numbers[-1]}", planned=n, episodes=n, successes=done, wilson=wilson(done, n),
                   mean_progress=sum(row["progress"] for row in own) / n, **about, **more_of(own))


def collect(sources):
    """The cells of the runs, then those of earlier tables (.json) that no run has."""
    cells = list(cells_of(run for run in sources if not run.endswith(".json")))
    for path in sources:
        if path.endswith(".json") and os.path.exists(path):
            known = {key_of(cell) for cell in cells}
            cells += [cell for cell in load(path)["cells"] if key_of(cell) not in known and "failures" in cell]
    return cells


def table(suite, command, *sources):
    cells = collect(sources)
    newest = max(cells, key=lambda cell: cell["recorded"])
    print(f"# {suite}: what the reference policies score\n")
    print(f"`{command}`, {newest['recorded'][:10]}: MuJoCo {newest['mujoco']}, {newest['compiler']}, {newest['cpu_class']}. Rates with their 95 % "
          f"Wilson interval; median time of the successes; events handled (whether or not the episode succeeded); simulated seconds in a second of a "
          f"core, recording on, with whatever else ran on the machine; the commit that each cell was seen at.\n")
    print("| policy | seeds | task | variant | success | rate | interval | progress | median | handled | x real time | commit |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|---|")
    for cell in cells:
        lo, hi = (100 * bound for bound in cell["wilson"])
        print(f"| {cell['policy']} | {cell['seeds']} | {cell['task']} | {cell['variant']} | {cell['successes']}/{cell['episodes']} "
              f"| {100 * cell['successes'] / cell['episodes']:.0f} % | {lo:.1f} to {hi:.1f} | {cell['mean_progress']:.2f} "
              f"| {cell['median']} | {cell['handled']} | {cell['x_real_time']} | {cell['commit']} |")
    print("\n## Episodes that ended otherwise than they should\n")
    print("\n".join(f"* {text}" for cell in cells for text in cell["failures"]) or "None.")
    with open(os.environ["PROOFS_JSON"], "w") as file:
        json.dump({"schema": 2, "command": command, "cells": cells}, file, indent=1)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit({"check": check, "table": table}[sys.argv[1]](*sys.argv[2:]))
