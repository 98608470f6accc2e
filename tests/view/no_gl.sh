#!/usr/bin/env bash
# chorebench itself needs no GL, no GLFW and no X: it runs on machines that have none.
set -euo pipefail
needed=$(ldd "$CHORE_BUILD_DIR/bin/chorebench")
if grep -i -E 'lib(GL|EGL|OpenGL|glfw|X11|xcb|wayland)' <<<"$needed"; then
  echo "chorebench links what only chorebench-view may"
  exit 1
fi
grep -q libmujoco <<<"$needed" || { echo "ldd did not answer: $needed"; exit 1; }
