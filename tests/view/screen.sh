# shellcheck shell=bash
# For tests of chorebench-view with real keys and a real mouse: a virtual screen, an empty folder to work in, and what reads the
# window's --tell lines. Needs Xvfb, xdotool and Mesa; where they are missing the test is skipped.
set -euo pipefail
for tool in Xvfb xdotool; do
  command -v $tool >/dev/null || { echo "no $tool: skipped (Debian: apt-get install xvfb xdotool)"; exit 77; }
done
view=$CHORE_BUILD_DIR/bin/chorebench-view
work=$(mktemp -d)
xvfb='' viewer=''
clean() {
  [ -z "$viewer" ] || kill "$viewer" 2>/dev/null || true
  [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap clean EXIT
cd "$work"
die() { echo "$*"; tail -n 3 told 2>/dev/null; exit 1; }

mkfifo screen
exec 3<>screen
Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp >xvfb.log 2>&1 &
xvfb=$!
read -r -t 30 screen <&3 || die "Xvfb does not start: $(cat xvfb.log)"
export DISPLAY=:$screen LP_NUM_THREADS=1
unset WAYLAND_DISPLAY
# The graphics libraries leak, and GLFW unloads them before the search for leaks, so that no suppression can name them. test_player searches.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

# now PATTERN: within half a minute, the last line told holds the pattern
now() {
  local i
  for ((i = 0; i < 300; i++)); do
    tail -n 1 told | grep -q -E -- "$1" && return 0
    kill -0 "$viewer" 2>/dev/null || break
    sleep 0.1
  done
  die "it does not come to: $1"
}
key() { xdotool key --clearmodifiers "$@"; }
at_step() { now "\"step\":$1,\"wanted\":$1,.*\"arrived\":true,\"same\":true,\"diverged\":-1"; }
differs() { [ "$("$CHORE_BUILD_DIR/tests/png_diff" "$@")" -gt 60 ]; } # 0.6 of 255 levels, on average
shot() { # NAME: Ctrl P, and the picture as NAME.png
  rm -f ./*-0*.png
  key ctrl+p
  local i
  for ((i = 0; i < 300; i++)); do
    ls ./*-0*.png >/dev/null 2>&1 && { mv ./*-0*.png "$1.png"; return 0; }
    sleep 0.1
  done
  die "no screenshot"
}

# look ARGS...: opens the window with --tell, and gives it the keyboard
look() {
  : >told
  "$view" --size 800x600 --quality low --tell "$@" >told 2>err &
  viewer=$!
  local window
  now '"state":"(ready|failed)"'
  window=$(xdotool search --sync --pid $viewer | tail -n 1)
  xdotool windowfocus --sync "$window"
}
# leave: Ctrl Q, and it ends cleanly
leave() {
  key ctrl+q
  wait $viewer || die "it ends with $?: $(cat err)"
  viewer=''
  tail -n 1 told | grep -q '"closed":true' || die "it did not close"
  [ ! -s err ] || die "stderr: $(cat err)"
}
