#!/usr/bin/env bash
# run_grasps.sh [SEEDS]: how often does a pinch of cloth hold? The policy grasper on five tasks, SEEDS (0..3) of each: laid out, rumpled,
# in heaps, one garment over others. Writes results/proofs/grasps.md. CHORE_BUILD_DIR: the build (build/); PROOF_JOBS: processes (2).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
build=${CHORE_BUILD_DIR:-$top/build} seeds=${1:-0..3}
export NO_COLOR=1 LC_ALL=C CHOREBENCH_DATA=$top
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
tasks=(fold_towel fold_shirt fold_trousers fold_shirt_crumpled fold_and_pile)
: >"$scratch/all"
for task in "${tasks[@]}"; do
  CHORE_GRASP_LOG=$scratch/$task "$build/bin/chorebench" run "$task" --policy "$build/tests/proofs/grasper.so" --profile inproc --seeds "$seeds" \
    --variant control -j "${PROOF_JOBS:-2}" --film none --no-trace --out "$scratch/run-$task" >&2
  sed "s/^/$task /" "$scratch/$task" >>"$scratch/all"
done
mkdir -p "$top/results/proofs"
"$here/grasps.py" "tests/proofs/grasps/run_grasps.sh $seeds" "$scratch/run-${tasks[0]}/build.json" <"$scratch/all" >"$scratch/table.md"
mv "$scratch/table.md" "$top/results/proofs/grasps.md"
cat "$top/results/proofs/grasps.md"
