#!/usr/bin/env bash
# chorebench-view from outside, without a screen: help, keys, messages, exit codes.
set -euo pipefail
view=$CHORE_BUILD_DIR/bin/chorebench-view
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export NO_COLOR=1
unset DISPLAY WAYLAND_DISPLAY
failed=0

# expect CODE PATTERN ARGS...: the program ends with that code and says that on stderr
expect() {
  local want=$1 pattern=$2 code=0
  shift 2
  timeout 30 "$view" "$@" >out 2>err || code=$?
  if [ $code != "$want" ] || ! grep -q -E -- "$pattern" err; then
    echo "chorebench-view $*: exit $code, wanted $want and '$pattern':"
    sed 's/^/  /' err
    failed=1
  fi
}

"$view" --help >out
for word in Examples 'Exit codes'; do grep -q "^$word" out || { echo "--help: no $word"; failed=1; }; done
"$view" --version | grep -q MuJoCo || { echo "--version"; failed=1; }
expect 2 'expected a run folder'
expect 2 "did you mean '--size'" --sice 3 x
expect 2 "seconds, not 'soon'" --at soon x
expect 2 "WxH from 320x240, not '7x7'" --size 7x7 x
expect 2 "there is no run folder or trace 'nowhere'" nowhere
expect 2 'which policy' --live set_aside
expect 2 'go with --live' --policy oracle x
expect 2 "a number, not 'one'" --live set_aside --policy oracle --seed one
expect 3 'cannot open a window' --live set_aside --policy oracle --out never
[ ! -e never ] || { echo "a rollout was begun without a window"; failed=1; }
mkdir empty
expect 2 '' empty
sed -e 's/^horizon: .*/horizon: 2 s/' -e 's/window: .*\]/window: [0.5 s, 1 s]/' -e 's/within: .*/within: 1 s/' \
  "$CHORE_SOURCE_DIR/tasks/defs/dining_table/set_aside.yaml" >task.yaml
"$CHORE_BUILD_DIR/bin/chorebench" run task.yaml --policy noop --seeds 0..0 --variant control -j 1 --film none -q --out r >/dev/null 2>&1
expect 2 "r has no episode 'set_aside-control-00007'; did you mean 'set_aside-control-00000'" r set_aside-control-00007
expect 3 'cannot open a window: no display.*DISPLAY' r
expect 3 'without a screen: chorebench render' r 0

# The list of keys in the folder's page is the table's.
"$view" --keys >keys
# shellcheck disable=SC2016 # the fences are not commands
sed -n '/^```text keys$/,/^```$/p' "$CHORE_SOURCE_DIR/view/README.md" | sed '1d;$d' | diff keys - ||
  { echo "view/README.md shows other keys than chorebench-view --keys prints"; failed=1; }
exit $failed
