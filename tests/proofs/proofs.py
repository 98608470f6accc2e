#!/usr/bin/env python3
"""What proofs make of run folders.

proofs.py check RUN [VARIANT] at-least|at-most N   every cell (of that variant) has so many successes
proofs.py table SUITE COMMAND RUN... >SUITE.md     counts and intervals of all runs; writes SUITE.json beside, see run_proofs.sh
"""
import glob
import json
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


def seeds(run):
    numbers = sorted({row["seed"] for row in rows(run)})
    return f"{numbers[0]}..{numbers[-1]}"


def source_of(build):
    return f"{build['commit'][:12]}{', with changes' if build['dirty'] else ''}"


def median(numbers):
    numbers = sorted(numbers)
    half = len(numbers) // 2
    return numbers[half] if len(numbers) % 2 else (numbers[half - 1] + numbers[half]) / 2


def more_of(cell, found):
    """Median time of the successes, events handled, simulated seconds in a second of a core."""
    own = [row for row in found if (row["task"], row["variant"]) == (cell["task"], cell["variant"])]
    events = [event for row in own for event in row["events"] if event["fired_s"] is not None]
    times = [row["sim_time_s"] for row in own if row["success"]]
    took = f"{median(times):.0f} s" if times else ""
    handled = f"{sum(event['handled'] for event in events)}/{len(events)}" if events else ""
    return took, handled, f"{sum(row['sim_time_s'] for row in own) / max(1e-9, sum(row['wall_s'] for row in own)):.1f}"


def table(suite, command, *runs):
    build = load(f"{runs[0]}/build.json")
    source = " and ".join(dict.fromkeys(source_of(load(f"{run}/build.json")) for run in runs))
    result = {"schema": 1, "command": command, "commit": build["commit"], "dirty": build["dirty"], "recorded": build["recorded"],
              "mujoco": build["mujoco"]["version"], "compiler": build["compiler"], "cpu_class": build["machine"]["cpu_class"], "cells": []}
    print(f"# {suite}: what the reference policies score\n")
    print(f"`{command}` at commit {source}, {build['recorded'][:10]}: MuJoCo {build['mujoco']['version']}, {build['compiler']}, "
          f"{build['machine']['cpu_class']}. Rates with their 95 % Wilson interval; median time of the successes; events handled (whether or not the "
          f"episode succeeded); simulated seconds in a second of a core, recording on, with whatever else ran on the machine.\n")
    print("| policy | seeds | task | variant | success | rate | interval | progress | median | handled | x real time |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|")
    failures = []
    for run in runs:
        span, found = seeds(run), rows(run)
        for cell in load(f"{run}/summary.json")["cells"]:
            if cell["episodes"] == 0:  # not reached before it was stopped
                continue
            lo, hi = (100 * bound for bound in cell["wilson"])
            print(f"| {cell['policy']} | {span} | {cell['task']} | {cell['variant']} | {cell['successes']}/{cell['episodes']} "
                  f"| {100 * cell['successes'] / max(1, cell['episodes']):.0f} % | {lo:.1f} to {hi:.1f} | {cell['mean_progress']:.2f} "
                  f"| {' | '.join(more_of(cell, found))} |")
            result["cells"].append(dict(cell, seeds=span))
        for row in found:
            if row["policy"] == "oracle" and not row["success"] or row["policy"] in ("noop", "random") and row["success"]:
                failures.append(f"* {row['policy']} {row['task']}-{row['variant']}-{row['seed']:05}: {row['outcome']}, "
                                f"progress {row['progress']:.2f}, {row['reason']}")
    print("\n## Episodes that ended otherwise than they should\n")
    print("\n".join(failures) or "None.")
    with open(os.environ["PROOFS_JSON"], "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit({"check": check, "table": table}[sys.argv[1]](*sys.argv[2:]))
