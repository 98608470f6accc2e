#!/usr/bin/env bash
# Runs a command with CHOREBENCH_PYTHON set to an interpreter that has some modules: $CHOREBENCH_PYTHON, the python3 on the PATH, or the
# system's. Without one the test is skipped; CHORE_NEED_PYTHON=1 makes that an error.
#
#   tests/python/with.sh numpy,gymnasium COMMAND...
set -euo pipefail
modules=$1
shift
for python in "${CHOREBENCH_PYTHON:-}" python3 /usr/bin/python3; do
  if [ -n "$python" ] && "$python" -c "import $modules" 2>/dev/null; then
    CHOREBENCH_PYTHON=$python exec "$@"
  fi
done
echo "no Python here has $modules: this was not tested (tools/setup.sh --tests installs python3-numpy; CHOREBENCH_PYTHON names another Python)"
[ -z "${CHORE_NEED_PYTHON:-}" ] || exit 1
exit 77
