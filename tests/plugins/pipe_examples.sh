#!/usr/bin/env bash
# The examples of the plug-in pipe, in Python and in shell, do what noop does: to the same state at the end.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH="$CHORE_BUILD_DIR/bin:$PATH" XDG_CACHE_HOME=$scratch/cache
cd "$scratch"
sed -e 's/^horizon: .*/horizon: 1 s/' -e 's/window: .*\]/window: [0.3 s, 0.5 s]/' -e 's/within: .*/within: 0.5 s/' \
  "$CHORE_SOURCE_DIR/tasks/defs/dining_table/set_aside.yaml" >task.yaml
cp "$CHORE_SOURCE_DIR"/policy_iface/plugins/pipe/examples/hold.* .

# final NAME OPTIONS...: the state at the end of one short episode
final() {
  local name=$1
  shift
  chorebench run task.yaml --seeds 3..3 --variant control -j 1 --film none -q --out "$name" "$@" >log 2>&1 || { cat log; return 1; }
  grep -o '"outcome":"timeout"' "$name"/shard-*.jsonl >/dev/null || { cat "$name"/shard-*.jsonl; return 1; }
  grep -o '"final_state_hash":"[0-9a-f]*"' "$name"/shard-*.jsonl
}
want=$(final noop --policy noop)
for program in "/usr/bin/python3 $PWD/hold.py" "sh $PWD/hold.sh"; do
  for profile in host inproc; do
    allow=()
    [ $profile = inproc ] || allow=(--allow "processes,read=$PWD")
    rm -rf r
    got=$(final r --policy pipe --policy-config "cmd=$program" --profile $profile "${allow[@]}")
    [ "$got" = "$want" ] || { echo "$program by $profile: $got, noop: $want"; exit 1; }
  done
done
echo "hold.py and hold.sh do what noop does"
