#!/usr/bin/env bash
# The shortest way to see chorebench work: sets up, builds, runs the smoke suite with the oracle policy, and says where
# the pictures and the report lie. On Debian 12+ or Ubuntu 24.04+ it needs nothing but bash and apt.
#
#   ./demo.sh [options for chorebench run]        e.g.  ./demo.sh --policy noop --seeds 0..3
#
# The first run installs packages where some are missing (it says which, and asks for sudo only then), fetches MuJoCo
# into .deps/, and builds into build/. Results go to runs/demo-<time>/. NO_COLOR is honoured.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case ${1:-} in -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
# shellcheck source=tools/common.sh
. "$top/tools/common.sh"

"$top/tools/setup.sh"
chore_build release chore_product

cd "$top"
program=build/bin/chorebench
[ -x "$program" ] || die "the build made no $program"
out=runs/demo-$(date +%Y%m%d-%H%M%S)
for ((i = 1; i < $#; i++)); do [ "${!i}" != --out ] || { j=$((i + 1)) && out=${!j}; }; done
# what the caller gives comes last and wins
"$program" run smoke --policy oracle --seeds 0..1 -j 2 --out "$out" "$@"

echo
pictures=$(find "$out" -name '*.png' 2>/dev/null | sort | head -n 4)
if [ -n "$pictures" ]; then
  echo "Film strips:"
  printf '%s\n' "$pictures" | while read -r file; do echo "  $file"; done
fi
report=$(find "$out" -name 'report.html' 2>/dev/null | head -n 1)
[ -z "$report" ] || printf 'Report, for any browser:\n  %s\n' "$report"
cat <<END
Next:
  $program verify $out
      simulates every episode again and compares each step
  $program run smoke --policy blind --seeds 0..1
      the same chores by a policy that never looks again
  $program show $out bus_table-disturbed-00000
      one episode as a timeline
END
