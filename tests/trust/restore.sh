#!/usr/bin/env bash
# A snapshot from the middle of an episode, restored in a fresh one, goes on to the same states.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
read -ra tasks <<<"${TRUST_TASKS:-set_aside load_rack}"
run r "${tasks[@]}" --policy oracle --seeds "${TRUST_SEEDS:-0..0}" --variant "${TRUST_VARIANT:-disturbed}" -j 2 || fail "the run"
"$tools/trust_restore" r
