#!/usr/bin/env bash
# Control and disturbed are the same episode, state by state, until the first event fires.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
read -ra tasks <<<"${TRUST_TASKS:-set_aside}"
run r "${tasks[@]}" --policy oracle --seeds "${TRUST_SEEDS:-0..0}" -j 2 || fail "the run"
"$tools/trust_pairs" r || fail "control and disturbed do not part where the event fires"
