#!/usr/bin/env bash
# The same plan gives the same states, step by step, and the same verdicts, however it is run.
#   TRUST_TASKS, TRUST_SEEDS: the plan (small by default)
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
read -ra tasks <<<"${TRUST_TASKS:-set_aside load_rack}"
plan=("${tasks[@]}" --policy oracle --seeds "${TRUST_SEEDS:-0..0}")

run ref "${plan[@]}" -j 1 || fail "the first run"
[ "$("$tools/trust_rows" ref | cut -f 4 | sort -u | wc -l)" = "$("$tools/trust_rows" ref | wc -l)" ] ||
  fail "two episodes end in the same state: nothing was compared"
run two "${plan[@]}" -j 2 && same two "two workers, initial states from the cache"
run shuffled "${plan[@]}" -j 1 --shuffle 7 && same shuffled "another order"
[ "$(grep -o '"index":[0-9]*' shuffled/shard-0000.jsonl)" != "$(grep -o '"index":[0-9]*' ref/shard-0000.jsonl)" ] ||
  fail "--shuffle did not change the order"
run inproc "${plan[@]}" -j 2 --profile inproc && same inproc "the policy in the worker's own process"
run fresh "${plan[@]}" -j 2 --no-cache && same fresh "every initial state settled anew"

in_background "${plan[@]}" -j 2 --out killed
until_rows killed 2
kill_it || fail "the run was over before it was killed"
[ "$(lines killed | wc -l)" -lt "$(wc -l <got.rows)" ] || fail "the run was over before it was killed"
chorebench run --resume --out killed -j 2 --film none -q >/dev/null 2>log && same killed "killed in mid-run and continued"
exits 0 chorebench verify killed -j 2

run again "${plan[@]/oracle/replay}" --policy-config ref -j 2 && same again "recorded actions, played by the policy replay" 1-5
