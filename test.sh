#!/usr/bin/env bash
# Builds and runs the tests.
#
#   ./test.sh [fast]           the fast tier (default; minutes)
#   ./test.sh ci               the fast tier, then the same under ASan and UBSan: what CI runs
#   ./test.sh full             that and the slow tier (hours on two cores)
#   ./test.sh CTEST-ARGS...    what ctest understands, e.g.  ./test.sh -R goal -V
#
# Sets up first, as demo.sh does. CHORE_JOBS limits the tests at a time (default: the number of processors).
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case ${1:-} in -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
# shellcheck source=tools/common.sh
. "$top/tools/common.sh"

jobs=${CHORE_JOBS:-$(nproc)}
# tests PRESET CTEST-ARGS...
tests() {
  local dir
  dir=$(chore_preset_dir "$1")
  chore_build "$1" all
  shift
  ctest --test-dir "$dir" -j "$jobs" --output-on-failure --no-tests=error "$@"
}

"$top/tools/setup.sh" --tests
[[ ${1:-} != ci && ${1:-} != full ]] || "$top/tools/setup_gym.sh" || note "the tests of the Gymnasium environment will be skipped"
case ${1:-fast} in
  fast) tests release -L fast "${@:2}" ;;
  ci | full)
    failed=0
    tier=(-L fast)
    [ "$1" = ci ] || tier=()
    tests release "${tier[@]}" "${@:2}" || failed=1
    say "The fast tier again, under AddressSanitizer and UndefinedBehaviorSanitizer"
    tests asan -L fast "${@:2}" || failed=1
    [ $failed = 0 ] || die "tests failed (see above)"
    ;;
  *) tests release "$@" ;;
esac
