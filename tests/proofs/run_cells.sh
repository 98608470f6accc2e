#!/usr/bin/env bash
# run_cells.sh SUITE: a long proof cell by cell, so that dear ones may have fewer seeds than cheap ones. tests/proofs/SUITE.cells lists
# them: policy, task, variant, seeds. Writes results/proofs/SUITE.md and SUITE.json; PROOF_FILMS: a folder for films of the oracle's failures.
# PROOF_KEEP: a folder for the runs; stopped (Ctrl-C) and started again the proof goes on there. PROOF_JOBS: processes (2).
# PROOF_TABLE=1: nothing is run, the table is made of what is there. Cells that were not run now keep the row that the table had.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${CHORE_BUILD_DIR:-$top/build} suite=${1:?which suite?}
export NO_COLOR=1 LC_ALL=C CHOREBENCH_DATA=$top
scratch=${PROOF_KEEP:-$(mktemp -d)}
[[ -n ${PROOF_KEEP:-} ]] || trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch"
export XDG_CACHE_HOME=$scratch/cache
runs=() stopped=0

# prove POLICY TASK VARIANT SEEDS
prove() {
  local out=$scratch/$1-$2-$3 film=none what=("$2" --policy "$1" --seeds "$4" --variant "$3")
  [[ $1 != oracle || -z ${PROOF_FILMS:-} ]] || film=failures
  [[ ! -e $out/plan.json ]] || what=(--resume)
  if ((!stopped)) && [[ -z ${PROOF_TABLE:-} && ! -e $out/summary.json ]]; then
    "$build/bin/chorebench" run "${what[@]}" -j "${PROOF_JOBS:-2}" --film "$film" --out "$out" || stopped=$?
  fi
  [[ ! -e $out/summary.json ]] || runs+=("$out")
  if [[ $film != none ]] && compgen -G "$out/films/*.png" >/dev/null; then
    mkdir -p "$PROOF_FILMS"
    cp "$out"/films/*.png "$PROOF_FILMS"
  fi
}
while read -r policy task variant seeds; do
  [[ -z $policy || $policy == \#* ]] || prove "$policy" "$task" "$variant" "$seeds"
done <"$here/$suite.cells"

mkdir -p "$top/results/proofs"
PROOFS_JSON=$top/results/proofs/$suite.json "$here/proofs.py" table "$suite" "tests/proofs/run_cells.sh $suite" "${runs[@]}" \
  "$top/results/proofs/$suite.json" >"$scratch/table.md"
mv "$scratch/table.md" "$top/results/proofs/$suite.md"
cat "$top/results/proofs/$suite.md"
