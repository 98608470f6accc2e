#!/usr/bin/env bash
# README.md and policy_iface/README.md show the same shortest policy, letter by letter.
set -euo pipefail
cd "${CHORE_SOURCE_DIR:-$(dirname "${BASH_SOURCE[0]}")/../..}"
first_c_block() {
  awk '/^```c$/ { inside = 1; next } inside && /^```$/ { exit } inside' "$1"
}
[ -n "$(first_c_block README.md)" ] || { echo "README.md shows no policy"; exit 1; }
diff <(first_c_block README.md) <(first_c_block policy_iface/README.md)
