#!/usr/bin/env bash
# Runs a command with CHOREBENCH_PYTHON set to an interpreter that has some modules: $CHOREBENCH_PYTHON, the python3 on the PATH, the
# system's, or that of tools/setup_gym.sh. Without one the test is skipped; CHORE_NEED_PYTHON=1 makes that an error. A command that ends
# in .py is run by it.
#
#   tests/python/with.sh numpy,gymnasium COMMAND...
set -euo pipefail
modules=$1
shift
for python in "${CHOREBENCH_PYTHON:-}" python3 /usr/bin/python3 "${CHORE_SOURCE_DIR:-.}/.deps/gym/bin/python"; do
  if [ -n "$python" ] && "$python" -c "import $modules" 2>/dev/null; then
    [[ $1 != *.py ]] || set -- "$python" "$@"
    CHOREBENCH_PYTHON=$python exec "$@"
  fi
done
echo "no Python here has $modules: this was not tested"
echo "tools/setup.sh --tests installs python3-numpy, tools/setup_gym.sh makes a Python with gymnasium, CHOREBENCH_PYTHON names another one"
[ -z "${CHORE_NEED_PYTHON:-}" ] || exit 1
exit 77
