#!/usr/bin/env bash
# Every relative link and picture of every page leads somewhere.
set -euo pipefail
cd "${CHORE_SOURCE_DIR:-$(dirname "${BASH_SOURCE[0]}")/../..}"
failed=0 links=0
while IFS= read -r page; do
  while IFS= read -r target; do
    links=$((links + 1))
    [ -e "$(dirname "$page")/${target%%#*}" ] || { echo "$page: $target leads nowhere"; failed=1; }
  done < <({ grep -o -E '\]\([^)#][^)]*\)' "$page" || true; } | sed -E 's/^\]\(//; s/\)$//' | grep -v -E '^[a-z]+:' || true)
done < <(find . -name '*.md' -not -path './.*' -not -path './build/*' -not -path './runs/*')
echo "$links links"
[ "$links" -gt 0 ] || { echo "no link was found at all"; exit 1; }
exit $failed
