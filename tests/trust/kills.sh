#!/usr/bin/env bash
# Whoever ends a run, and when: what it said was done is done, and the rest can follow.
#   TRUST_ROUNDS: how often it is killed; TRUST_SEEDS: long enough for that
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
short_task
plan=(task.yaml --policy noop --seeds "${TRUST_SEEDS:-0..99}")
run ref "${plan[@]}" -j 2 || fail "the reference"

# kill -9, at moments that differ; what the progress line had counted is in the shards
in_background "${plan[@]}" -j 2 --out r
for ((round = 0; round < ${TRUST_ROUNDS:-4}; round++)); do
  until grep -q '^\[' group.log; do sleep 0.01; done # it has begun, and listens
  sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
  kill -USR1 "$group" 2>/dev/null || break
  sleep 0.0$((RANDOM % 9 + 1))
  kill_it || break
  counted=$(sed -n 's/^\[ *\([0-9]*\)\/[0-9]*\].*/\1/p' group.log | tail -n 1)
  found=$({ "$tools/trust_rows" r || true; } 2>rows.log | wc -l)
  [ ! -s rows.log ] || fail "unreadable after kill $round: $(cat rows.log)"
  [ "$found" -ge "${counted:-0}" ] || fail "$counted episodes were counted as done, $found are there"
  printf 'kill %d: %s counted, %d kept\n' "$round" "${counted:-0}" "$found"
  in_background --resume --out r -j 2
done
ends 0 300
[ "$round" -ge 2 ] || fail "the run was over before it was killed twice"
same r "after $round kills"
[ "$(lines r | grep -o '"index":[0-9]*' | sort | uniq -d | wc -l)" = 0 ] || fail "an episode has two rows"
exits 0 chorebench verify r --fast

# a torn last line is ignored, said, and repeated
cp -r r torn
rows=$(lines torn | wc -l)
truncate -s -40 "$(find torn -name 'shard-*' -size +1k | sort | tail -n 1)"
exits 3 chorebench verify torn --fast
says '1 line without an end*ignored'
exits 0 chorebench run --resume --out torn -j 1 --film none -q
same torn "after a torn line"
[ "$(lines torn | wc -l)" = "$rows" ] || fail "not exactly one episode was repeated"

# two writers in one folder: the second is refused, the first is not disturbed
in_background load_rack --policy oracle --seeds 0..19 -j 1 --out busy
until_rows busy 1
exits 2 chorebench run --resume --out busy -q
says '*another chorebench run is writing this folder*'
kill_it || fail "the first writer is gone"
