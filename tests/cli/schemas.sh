#!/usr/bin/env bash
# What a run really writes against results/schema/*.json. Skipped (77) where python3 has no jsonschema.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CHORE_BUILD_DIR=${CHORE_BUILD_DIR:-$here/../../build} CHORE_SOURCE_DIR=${CHORE_SOURCE_DIR:-$here/../..}
export PATH="$CHORE_BUILD_DIR/bin:$PATH"
python3 -c 'import jsonschema' 2>/dev/null || { echo "python3 has no jsonschema"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
# shellcheck source=tests/cli/helpers.sh
. "$here/helpers.sh"

export XDG_CACHE_HOME=$scratch/cache
short_task
chorebench run set_aside task.yaml --policy noop --seeds 0..0 --out never 2>/dev/null && exit 1  # one task twice
chorebench run task.yaml --policy oracle --seeds 0..2 -j 2 --film none -q --out r --json >run.json 2>/dev/null
chorebench run set_aside --policy oracle --seeds 0..0 --variant control --film none -q --out one >/dev/null 2>&1
chorebench run task.yaml --policy "$bad_plugins/moody.so" --policy-config nan --seeds 0..1 --film none -q --out bad \
  >/dev/null 2>&1
chorebench run task.yaml --policy "$bad_plugins/libero_reach.so" --policy-config '-0.1 -0.1 1.1' --convention libero --seeds 0..0 \
  --variant control --film none -q --out served >/dev/null 2>&1
chorebench check noop "$bad_plugins/other_entry.so" --task synthetic --rule acts,in_time --json >check.json 2>/dev/null || [ $? = 4 ]
python3 - "$CHORE_SOURCE_DIR/results/schema" <<'END'
import glob, json, sys
import jsonschema

def strict(text):
    """JSON without NaN and Infinity."""
    return json.loads(text, parse_constant=lambda word: sys.exit(f"not JSON: {word}"))

def load(name):
    with open(f"{sys.argv[1]}/{name}.schema.json") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)

checked = 0
def check(name, text, where):
    global checked
    for error in load(name).iter_errors(strict(text)):
        sys.exit(f"{where}: {error.json_path}: {error.message}")
    checked += 1

for run in "r", "one", "bad", "served":
    for name in "plan", "build", "policy", "summary":
        check(name, open(f"{run}/{name}.json").read(), f"{run}/{name}.json")
    for path in glob.glob(f"{run}/shard-*.jsonl"):
        for line in open(path):
            check("row", line, path)
check("summary", open("run.json").read(), "run --json")
check("check", open("check.json").read(), "check --json")
# the schemas can fail: a row without its seed, a rate above one
rows = [line for path in sorted(glob.glob("r/shard-*.jsonl")) for line in open(path).readlines()[1:]]  # a shard may hold none
row = strict(rows[0])
del row["seed"]
assert list(load("row").iter_errors(row)), "a row without seed was accepted"
summary = strict(open("run.json").read())
summary["cells"][0]["success_rate"] = 1.5
assert list(load("summary").iter_errors(summary)), "a rate of 1.5 was accepted"
print(f"{checked} records are as the schemas say")
END
