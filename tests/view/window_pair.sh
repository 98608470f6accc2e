#!/usr/bin/env bash
# Two episodes at once in the window: side by side and as a ghost, by time and by their first event.
set -euo pipefail
# shellcheck source=tests/view/screen.sh
. "$(dirname "$0")/screen.sh"

run() { "$CHORE_BUILD_DIR/bin/chorebench" run "$@" -j 1 --film none -q >run.log 2>&1 || die "the run failed: $(cat run.log)"; }
run set_aside --policy oracle --seeds 0..1 --out r
sed -e 's/^horizon: .*/horizon: 2 s/' -e 's/window: .*\]/window: [0.5 s, 1 s]/' -e 's/within: .*/within: 1 s/' \
  "$CHORE_SOURCE_DIR/tasks/defs/dining_table/bus_table.yaml" >bus_table.yaml
run bus_table.yaml --policy noop --seeds 0..0 --variant control --out other
second() { now "\"second\":\\{\"episode\":\"$1\",\"state\":\"ready\",\"view\":\"$2\",\"by\":\"$3\",\"at\":$4,\"of\":[0-9]+,\"there\":true,\"as_recorded\":true"; }

# V: the control beside its disturbed twin; the same states until something happens
look r set_aside-disturbed-00000
now '"second":null'
key n && at_step 79
shot alone
key v && second set_aside-control-00000 split time 79
now '"same_until":78'
key Home && at_step 0 && key shift+d && at_step 79 && second set_aside-control-00000 split time 79
shot split
differs alone.png split.png || die "V shows nothing"
for _ in 1 2; do key Down; done
at_step 119 && second set_aside-control-00000 split time 119
shot apart
key g && second set_aside-control-00000 ghost time 119
shot ghost
differs apart.png ghost.png || die "G changes nothing"
key v && now '"second":null'
shot without
differs without.png ghost.png 0 60 550 300 || die "there is no ghost in the picture"
key y && second set_aside-control-00000 ghost time 119 # the control has no event
key g && second set_aside-control-00000 split time 119

# the second stays at its end, the first goes on to its own; another episode brings its own twin
key End && at_step 345 && second set_aside-control-00000 split time 133
key Page_Down && now '"episode":"set_aside-(control|disturbed)-00001".*"second":\{"episode":"set_aside-(control|disturbed)-00001","state":"ready"'
key g
leave

# the longer one second: the timeline is as long as it, and playing ends where both have ended
look r set_aside-control-00000 set_aside-disturbed-00000
second set_aside-disturbed-00000 split time 0
key End && now '"step":133,"wanted":345,' && second set_aside-disturbed-00000 split time 345
key Home && second set_aside-disturbed-00000 split time 0
for _ in 1 2 3 4 5 6; do key equal; done
key space && now '"playing":true' && now '"playing":false.*"step":133,"wanted":345,'
# both look from the same place
xdotool mousemove 600 200 mousedown 1 mousemove 680 220 mouseup 1
now '"camera":"free"'
leave

# by the first event of each
look r set_aside-disturbed-00000 set_aside-disturbed-00001
key n && at_step 79 && second set_aside-disturbed-00001 split time 79
key y && now '"by":"event"' && now '"at":([0-68-9][0-9]*|7[0-8]|7[0-9][0-9]),.*"there":true,"as_recorded":true'
leave
"$view" r set_aside-disturbed-00000 set_aside-disturbed-00001 --by-event --ghost --at 4 --quality low --shot event.png 2>err || die "$(cat err)"

# two scenes: side by side, and no ghost
look r set_aside-control-00000 other bus_table-control-00000 --ghost
second bus_table-control-00000 split time 0
leave

# what is not there is said
code=0
"$view" r set_aside-control-00000 other >/dev/null 2>err || code=$?
[ $code = 2 ] && grep -q "other has no episode 'set_aside-control-00000'" err || die "a run without that episode: exit $code, $(cat err)"
