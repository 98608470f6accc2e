#!/usr/bin/env bash
# README.md and policy_iface/README.md show the same shortest policy, letter by letter; so do README.md and that of the Python package.
set -euo pipefail
cd "${CHORE_SOURCE_DIR:-$(dirname "${BASH_SOURCE[0]}")/../..}"
first_block() { # LANGUAGE PAGE
  awk -v begin="^\`\`\`$1\$" '$0 ~ begin { inside = 1; next } inside && /^```$/ { exit } inside' "$2"
}
# same LANGUAGE PAGE LINES: README.md and PAGE show the same, of at most so many lines
same() {
  local lines
  lines=$(first_block "$1" README.md | wc -l)
  [ "$lines" -gt 0 ] || { echo "README.md shows no policy in $1"; exit 1; }
  [ "$lines" -le "$3" ] || { echo "the shortest policy in $1 has $lines lines, $3 were promised"; exit 1; }
  diff <(first_block "$1" README.md) <(first_block "$1" "$2")
}
same c policy_iface/README.md 30
same python policy_iface/python/README.md 15
