#!/usr/bin/env bash
# A rollout in the window while it is simulated, and the ordinary run that it leaves.
set -euo pipefail
# shellcheck source=tests/view/screen.sh
. "$(dirname "$0")/screen.sh"
chorebench=$CHORE_BUILD_DIR/bin/chorebench slow=$CHORE_BUILD_DIR/tests/plugins/slow.so

# It is seen as it goes on: played, followed, scrubbed back. Closing the window stops it.
look --live set_aside --policy "$slow" --variant control --seed 2 --out long -- --policy-config 40
now '"episodes":1,"done":0,"episode":"set_aside-control-00002".*"playing":true,.*"growing":true,"follow":false,"step":[1-9]'
key End && now '"follow":true'
now '"step":(2[0-9]|[3-9][0-9]|[1-9][0-9][0-9]),.*"arrived":true,"same":true,"diverged":-1'
key Left && now '"playing":false.*"follow":false'
key Home && now '"follow":false,"step":0,"wanted":0,.*"arrived":true,"same":true'
key Right && now '"growing":true.*"step":1,"wanted":1,.*"arrived":true,"same":true,"diverged":-1'
key End && now '"follow":true'
shot live
# A person takes over from what is shown, while the rollout itself goes on; its policy goes on from there when it is given back.
key Return && now '"drive":"person"' && xdotool keydown w && sleep 1 && xdotool keyup w
key Return && now '"drive":"policy"' && key ctrl+s && now '"episode":"set_aside-control-00002-intervened-[0-9]*".*"drive":"nobody"'
"$chorebench" replay set_aside-control-00002-intervened-*.trace >replayed || die "what a person drove in mid-rollout does not replay: $(cat replayed)"
grep -q "of them driven by a person, every hash equal" replayed || die "replay says: $(cat replayed)"
key Prior && now '"episode":"set_aside-control-00002","state":"ready".*"growing":true'
key ctrl+q
wait $viewer || die "closing it early ends with $?: $(cat err)"
viewer=''
[ ! -s long/shard-0000.jsonl ] || [ "$(wc -l <long/shard-0000.jsonl)" = 1 ] || die "a rollout that was stopped has a result"
[ -z "$(find long/traces -name '*.trace')" ] || die "a rollout that was stopped has a recording"
grep -q 'chorebench run --resume --out long' err || die "it does not say how to go on: $(cat err)"

# To its end: its result is taken in, and the run is like any other.
sed -e 's/^horizon: .*/horizon: 2 s/' -e 's/window: .*\]/window: [0.5 s, 1 s]/' -e 's/within: .*/within: 1 s/' \
  "$CHORE_SOURCE_DIR/tasks/defs/dining_table/set_aside.yaml" >task.yaml
look --live task.yaml --policy "$slow" --seed 1 --out short -- --policy-config 5
now '"episodes":1,"done":1,"episode":"set_aside-disturbed-00001".*"growing":false,.*"steps":40,'
key End && now '"step":40,"wanted":40,"steps":40,"arrived":true,"same":true,"diverged":-1,"checked":true'
key ctrl+q
wait $viewer || die "it ends with $?: $(cat err)"
viewer=''
"$chorebench" verify short >verified 2>&1 || die "verify: $(cat verified)"
# Written step by step or not: the same episode.
"$chorebench" run task.yaml --policy "$slow" --policy-config 5 --seeds 1..1 --variant disturbed -j 1 --film none -q --out plain >run.log 2>&1 ||
  die "the run failed: $(cat run.log)"
hash_of() { grep -o '"final_state_hash":"[0-9a-f]*"' "$1/shard-0000.jsonl"; }
[ "$(hash_of short)" = "$(hash_of plain)" ] || die "a rollout that is watched comes to another end"

# What `run` refuses, it says in its words and with its code; nothing is left behind.
code=0
"$view" --live set_aside --policy nobody --out none >out 2>err || code=$?
[ $code = 2 ] || [ $code = 4 ] || die "an unknown policy: exit $code"
grep -q "nobody" err || die "an unknown policy: $(cat err)"
code=0
"$view" --live set_aside --policy "$CHORE_BUILD_DIR/tests/plugins/bad_no_act.so" --out none >out 2>err || code=$?
[ $code != 0 ] && [ ! -e none/plan.json ] || die "a policy that cannot be loaded: exit $code, $(cat err)"
code=0
"$view" --live set_aside --policy oracle --out short >out 2>err || code=$?
[ $code = 2 ] && grep -q 'already holds a run' err || die "a folder that is taken: exit $code, $(cat err)"
