#!/usr/bin/env bash
# Answers that take simulated time: no delay is a frozen world, a delay is the same whoever runs it, and live, which is
# never twice the same, is simulated again exactly from its actions.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
short_task
plan=(task.yaml --policy oracle --seeds 0..0)

# hashes RUN LATENCY: variant and final state of its episodes of that latency
hashes() {
  cat "$1"/shard-*.jsonl | python3 -c '
import json, sys
for row in map(json.loads, sys.stdin):
    if row.get("latency") == sys.argv[1]:
        print(row["variant"], row["seed"], row["outcome"], row["steps"], row["final_state_hash"])' "$2" | sort
}

# alike A B WHAT
alike() {
  local one other
  one=$(<"$1") other=$(<"$2")
  if [ -z "$one" ] || [ "$one" != "$other" ]; then fail "$3"; fi
  echo "same results: $3"
}

run ref "${plan[@]}" -j 1 --latency frozen,delay=0,1,3 || fail "the first run"
hashes ref frozen >still
hashes ref delay=0 >zero
hashes ref delay=1 >one
hashes ref delay=3 >three
alike still zero "no delay is a frozen world"
cmp -s zero one && fail "a delay of one step changed nothing"
cmp -s one three && fail "a delay of three steps is one of one"
exits 0 chorebench verify ref

run plain "${plan[@]}" -j 1 && hashes plain frozen >default
alike still default "frozen is the default"
run again "${plan[@]}" -j 2 --profile inproc --shuffle 3 --latency delay=3 && hashes again delay=3 >other
alike three other "a delay, by two workers in another order, within the worker"

# The ledger: an answer to what was seen at t is in force at t + 3, and every step has its call.
chorebench show ref set_aside-control-00000-delay=3 --json >episode.json
python3 - <<'END' || fail "the ledger"
import json
episode = json.load(open("episode.json"))
calls, row = episode["calls"], episode["row"]
assert len(calls) == row["policy_calls"] > 5, (len(calls), row["policy_calls"])
for i, call in enumerate(calls):
    assert call == {"observed": 3 * i, "answered": 3 * i + 3, "in_force": 3 * i + 3, "rows": 3}, call
assert row["held_steps"] == 3 and row["late_calls"] == 0 and row["answer_steps"] == 3 * len(calls)
END
echo "the ledger tells of every call"

run live "${plan[@]}" -j 1 --latency live || fail "a live run"
exits 0 chorebench verify live
echo "what was done live is simulated again exactly"
