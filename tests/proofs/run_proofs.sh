#!/usr/bin/env bash
# run_proofs.sh [SUITE] [SEEDS] [HELD_OUT]: the long proofs of a suite (smoke): oracle, blind, noop and random on SEEDS (0..49),
# oracle on HELD_OUT (1000..1049; "none": not). Writes results/proofs/SUITE.md and SUITE.json, keeps films of the oracle's failures
# in PROOF_FILMS when that is set. PROOF_WEAK: the seeds of blind, noop and random where SEEDS would take too long.
# CHORE_BUILD_DIR: the build (build/); PROOF_JOBS: processes (2). PROOF_KEEP: a folder for the runs; stopped (Ctrl-C) and started again,
# the proof goes on there, and what is there already is in the table. PROOF_SAMPLE: so many of the oracle's episodes are verified (all).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${CHORE_BUILD_DIR:-$top/build} suite=${1:-smoke} seeds=${2:-0..49} held_out=${3:-1000..1049} weak=${PROOF_WEAK:-${2:-0..49}}
export NO_COLOR=1 LC_ALL=C CHOREBENCH_DATA=$top
scratch=${PROOF_KEEP:-$(mktemp -d)}
mkdir -p "$scratch"
[[ -n ${PROOF_KEEP:-} ]] || trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
runs=() stopped=0

# prove NAME POLICY SEEDS
prove() {
  ((!stopped)) || return 0
  echo "$2 on seeds $3"
  local film=none what=("$suite" --policy "$2" --seeds "$3")
  [[ $2 != oracle || -z ${PROOF_FILMS:-} ]] || film=failures
  [[ ! -e $scratch/$1/plan.json ]] || what=(--resume)
  "$build/bin/chorebench" run "${what[@]}" -j "${PROOF_JOBS:-2}" --film "$film" --out "$scratch/$1" || stopped=$?
  runs+=("$scratch/$1")
  if [[ $film != none ]] && compgen -G "$scratch/$1/films/*.png" >/dev/null; then
    mkdir -p "$PROOF_FILMS"
    cp "$scratch/$1"/films/*.png "$PROOF_FILMS"
  fi
}
prove oracle oracle "$seeds"
[[ $held_out == none ]] || prove held_out oracle "$held_out"
prove blind blind "$weak"
prove noop noop "$weak"
prove random random "$weak"

((stopped)) || "$build/bin/chorebench" verify ${PROOF_SAMPLE:+--sample "$PROOF_SAMPLE"} "$scratch/oracle"
mkdir -p "$top/results/proofs"
PROOFS_JSON=$top/results/proofs/$suite.json "$here/proofs.py" table "$suite" "${PROOF_WEAK:+PROOF_WEAK=$weak }tests/proofs/run_proofs.sh $suite $seeds $held_out" \
  "${runs[@]}" >"$scratch/table.md"
mv "$scratch/table.md" "$top/results/proofs/$suite.md"
cat "$top/results/proofs/$suite.md"
