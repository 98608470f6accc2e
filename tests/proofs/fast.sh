#!/usr/bin/env bash
# fast.sh POLICY [VARIANT] at-least|at-most N: so many successes in each cell (of that variant).
# POLICY: a name, or cheat:NAME for one of cheats/. PROOF_SEEDS (0..4), PROOF_VARIANT (both), PROOF_TASKS (smoke).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${CHORE_BUILD_DIR:?the build to test}" "${CHORE_SOURCE_DIR:?its source}"
export NO_COLOR=1 LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
policy=(--policy "$1")
[[ $1 != cheat:* ]] || policy=(--policy "$CHORE_BUILD_DIR/tests/cheats/${1#cheat:}.so"
  --policy-config "$CHORE_BUILD_DIR/lib/chorebench/oracle.so" --allow "read=$CHORE_BUILD_DIR/lib/chorebench/oracle.so")
read -ra tasks <<<"${PROOF_TASKS:-smoke}"
"$CHORE_BUILD_DIR/bin/chorebench" run "${tasks[@]}" "${policy[@]}" --seeds "${PROOF_SEEDS:-0..4}" --variant "${PROOF_VARIANT:-both}" \
  -j 2 --film none --no-trace -q --out "$scratch/run" >/dev/null
"$here/proofs.py" check "$scratch/run" "${@:2}"
