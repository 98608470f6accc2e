#!/usr/bin/env bash
# Makes .deps/gym, a virtual environment with Gymnasium, numpy and the package chorebench: for tests/python, and to try the environments.
# Nothing leaves this folder. A second run only takes a changed package. `./test.sh ci` and `./test.sh full` call it; without a network those tests are skipped and say so.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/common.sh
. "$top/tools/common.sh"
venv=$top/.deps/gym
package=$top/policy_iface/python
if [ -e "$venv/done" ]; then
  [ -n "$(find "$package/chorebench" -name '*.py' -newer "$venv/done")" ] || exit 0
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --force-reinstall "$package" >>"$top/.deps/gym.log" 2>&1 ||
    die "the package chorebench could not be installed; the output is in .deps/gym.log"
  : >"$venv/done"
  exit 0
fi
mkdir -p "$top/.deps"
python=python3
# the system's own Python, where it can make environments: one in the way may be for something else
! /usr/bin/python3 -c 'import venv, ensurepip' 2>/dev/null || python=/usr/bin/python3
rm -rf "$venv"
say "Making .deps/gym with Gymnasium"
$python -m venv "$venv" >>"$top/.deps/gym.log" 2>&1 || die "no virtual environment could be made; Debian and Ubuntu: apt-get install python3-venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check 'gymnasium>=1.0,<2' numpy "$package" >>"$top/.deps/gym.log" 2>&1 ||
  die "Gymnasium could not be installed with pip; is there a network? The output is in .deps/gym.log"
: >"$venv/done"
