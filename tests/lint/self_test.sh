#!/usr/bin/env bash
# layers.sh must catch what it is there for: each line below is put into a small copy of the tree and has to be refused.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{sim/base,sim,scenes,tasks,render,policy_iface,bench}/include/chore "$work"/policy_iface/{abi/chore,plugins} "$work/tests"
for header in sim/base/include/chore/base.h sim/include/chore/world.h scenes/include/chore/scene.h tasks/include/chore/task.h \
  render/include/chore/render.h policy_iface/include/chore/policy_host.h policy_iface/abi/chore/policy.h bench/include/chore/bench.h; do
  : >"$work/$header"
done
failed=0
try() { # WANTED-STATUS FILE INCLUDE
  local status=0
  printf '#include %s\n' "$3" >"$work/$2"
  "$here/layers.sh" "$work" >"$work/out" 2>&1 || status=$?
  [ $status = "$1" ] || { echo "#include $3 in $2: expected exit $1, got $status"; cat "$work/out"; failed=1; }
  : >"$work/$2" # not removed: it may be one of the headers
}
try 0 sim/x.c '<chore/base.h>'
try 0 sim/x.c '<mujoco/mujoco.h>'
try 0 sim/x.c '"world_internal.h"'
try 0 tasks/x.c '<chore/scene.h>'
try 0 render/x.c '<EGL/egl.h>'
try 0 bench/x.c '<chore/policy_host.h>'
try 0 policy_iface/plugins/x.c '<chore/policy.h>'
try 1 sim/base/x.c '<chore/world.h>'
try 1 sim/x.c '<chore/render.h>'
try 1 scenes/x.c '<chore/task.h>'
try 1 tasks/x.c '<chore/bench.h>'
try 1 tasks/x.c '<EGL/egl.h>'
try 1 tasks/x.c '<chore/policy.h>'
try 1 tasks/x.c '"../scenes/scene_internal.h"'
try 1 policy_iface/x.c '<mujoco/mujoco.h>'
try 1 policy_iface/x.c '<chore/world.h>'
try 1 policy_iface/plugins/x.c '<chore/base.h>'
try 1 policy_iface/abi/chore/policy.h '<stdbool.h>'
try 0 policy_iface/abi/chore/x.h '<stdio.h>'
try 1 policy_iface/abi/chore/x.h '<chore/base.h>'
try 1 sim/x.c '<chore/nothing.h>'
[ $failed = 1 ] || echo "layers.sh catches what it should"
exit $failed
