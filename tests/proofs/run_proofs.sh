#!/usr/bin/env bash
# run_proofs.sh [SEEDS] [HELD_OUT]: the long proofs: oracle, blind, noop and random on SEEDS (0..49), oracle on HELD_OUT
# (1000..1049). Writes results/proofs/smoke.md and smoke.json. CHORE_BUILD_DIR: the build (build/); PROOF_JOBS: processes (2).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${CHORE_BUILD_DIR:-$top/build} seeds=${1:-0..49} held_out=${2:-1000..1049}
export NO_COLOR=1 LC_ALL=C CHOREBENCH_DATA=$top
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache

# prove NAME POLICY SEEDS
prove() {
  echo "$2 on seeds $3"
  "$build/bin/chorebench" run smoke --policy "$2" --seeds "$3" -j "${PROOF_JOBS:-2}" --film none --out "$scratch/$1"
}
prove oracle oracle "$seeds"
prove held_out oracle "$held_out"
prove blind blind "$seeds"
prove noop noop "$seeds"
prove random random "$seeds"

"$build/bin/chorebench" verify "$scratch/oracle"
mkdir -p "$top/results/proofs"
PROOFS_JSON=$top/results/proofs/smoke.json "$here/proofs.py" table "tests/proofs/run_proofs.sh $seeds $held_out" \
  "$scratch"/{oracle,held_out,blind,noop,random} >"$top/results/proofs/smoke.md"
cat "$top/results/proofs/smoke.md"
