#!/usr/bin/env bash
# A PyTorch policy, a small network with random weights, on the vision track from two pictures of 224 x 224: twice the same. Skipped (77), and says
# why, where there is no torch, no plug-in `python`, or no GL. CHOREBENCH_PYTHON names another python3.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip() {
  echo "SKIPPED: $*"
  exit 77
}
python=${CHOREBENCH_PYTHON:-python3}
[ -e "$CHORE_BUILD_DIR/lib/chorebench/python.so" ] || skip "this build has no plug-in python"
"$python" -c 'import numpy, torch' 2>/dev/null || skip "$python has no torch and numpy (pip install torch numpy)"
short_task
plan=(task.yaml --track vision --policy "$CHORE_SOURCE_DIR/policy_iface/python/examples/torch_vision.py" --seeds 0..0 --variant control --hang 300)
run ref "${plan[@]}" || {
  grep -q 'cannot render' log && skip "nothing can be drawn here"
  fail "the run"
}
run again "${plan[@]}" || fail "the second run"
same again "the same actions twice"
for out in ref again; do
  lines $out | grep -o '"frames":20,"frames_hash":"[0-9a-f]*"' >$out.pictures || fail "$out: not twenty pictures"
done
cmp ref.pictures again.pictures || fail "other pictures"
grep -q '"outcome":"timeout"' ref/shard-0000.jsonl || fail "the network did not act to the end"
