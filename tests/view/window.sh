#!/usr/bin/env bash
# chorebench-view on a virtual screen, with real keys and a real mouse. What it shows is read from its --tell lines and from
# its screenshots.
set -euo pipefail
# shellcheck source=tests/view/screen.sh
. "$(dirname "$0")/screen.sh"

"$CHORE_BUILD_DIR/bin/chorebench" run set_aside --policy oracle --seeds 0..0 --variant disturbed -j 1 --film none -q --out r >run.log 2>&1 ||
  die "the run failed: $(cat run.log)"
episode=set_aside-disturbed-00000
# shellcheck disable=SC2016 # for the script itself
printf '#!/bin/bash\nfile=${!#}\ncat >"${file#file:}"\n' >ffmpeg # raw frames, as they come
chmod +x ffmpeg
export PATH=$PWD:$PATH

"$view" r $episode --size 800x600 --quality low --tell >told 2>err &
viewer=$!
at_step 0
window=$(xdotool search --sync --pid $viewer | tail -n 1)
xdotool windowfocus --sync "$window"

# time: steps both ways, seconds, the ends, events
key Right && at_step 1
key Right && at_step 2
key Left && at_step 1
key Down && at_step 21
key Up && at_step 1
key End && at_step 345
key Home && at_step 0
key n && at_step 79 # slip
key n && at_step 98 # another dish
key p && at_step 79

# playing: it moves on by itself, faster and slower, and stops
key equal && now '"speed":1'
key space && now '"playing":true' && now '"step":(9|[1-9][0-9])[0-9],' && key space && now '"playing":false'
key minus && key minus && now '"speed":-1'
key l && now '"loop":true'

# the mouse on the timeline: a click, and a drag beyond its end
xdotool mousemove --window "$window" 505 590 click 1
now '"step":1[67][0-9],"wanted":1[67][0-9],.*"arrived":true,"same":true'
xdotool mousemove --window "$window" 505 590 mousedown 1 mousemove --window "$window" 300 590 mousemove --window "$window" 20 590 mouseup 1
at_step 0

# cameras: those of the scene, free by key, free by dragging; then the picture is another one
shot front
key bracketright && now '"camera":"[^f"]' # neither front nor free
key bracketleft && now '"camera":"front"'
shot again
! differs front.png again.png || die "the same view twice gives two pictures"
key Escape && now '"camera":"free"'
shot free
! differs front.png free.png 0 100 550 250 || [ "$("$CHORE_BUILD_DIR/tests/png_diff" front.png free.png 0 100 550 250)" -lt 1500 ] ||
  die "the free camera does not begin where the fixed one was"
xdotool mousemove --window "$window" 300 200 mousedown 1 mousemove --window "$window" 380 220 mouseup 1
sleep 0.3
shot turned
differs free.png turned.png || die "dragging turns nothing"
key ctrl+a && shot aligned
differs turned.png aligned.png || die "Ctrl A changes nothing"

# what is shown: contacts, text and timeline, the keys
key bracketright && key c && now '"contacts":true'
key Tab && now '"hud":false' && key F1 && now '"help":true' && shot keys
differs keys.png aligned.png || die "F1 shows nothing"
key F1 && key Tab && now '"hud":true'

# the policy: what it sees, what it does
shot policy
key F2 && now '"sees":false' && shot unseen
differs policy.png unseen.png 0 60 240 300 || die "F2 hides nothing"
key F2 && now '"sees":true' && key F3 && now '"bars":1' && shot actuators
differs policy.png actuators.png 560 140 240 200 || die "F3 shows no other bars"
key F3 && now '"bars":2' && key F3 && now '"bars":0'

# a person takes over: Enter, a key that is held; Enter gives back; at the end the new recording is seen from there on
key Home && at_step 0 && key n && at_step 79
key Return && now '"drive":"person"'
xdotool keydown w && now '"step":(9|[1-9][0-9])[0-9],' && xdotool keyup w
shot driven
key Return && now '"drive":"policy"' && key Return && now '"drive":"person"'
key n && now '"drive":"person"' # no way back meanwhile
key Return && now '"drive":"policy"' # which was told nothing of all this, and does its job all the same
for _ in 1 2 3 4 5; do key equal; done
now '"episode":"'$episode'-intervened-00079".*"drive":"nobody".*"step":79,"wanted":79,.*"arrived":true,"same":true'
mine=$episode-intervened-00079.trace
"$CHORE_BUILD_DIR/bin/chorebench" replay $mine >replayed || die "what a person drove does not replay"
grep -q "control steps, [0-9]* of them driven by a person, every hash equal" replayed || die "replay says: $(cat replayed)"
grep -q "; success;" replayed || die "the policy did not finish: $(cat replayed)"
key Return && now '"drive":"person"' && key ctrl+s && now '"episode":"'$episode'-intervened-00079-2"'
key Prior && key Prior && now '"episode":"'$episode'",.*"arrived":true'
# back to the episode itself: the rest is about it
for ((i = 0; i < 3; i++)); do tail -n 1 told | grep -q "\"episode\":\"$episode\"" || key Page_Up; sleep 1; done
now "\"episode\":\"$episode\",\"state\":\"ready\""

# a video, while the window goes on; one that is given up leaves nothing
key ctrl+v
for ((i = 0; i < 1200; i++)); do [ -s $episode.mp4 ] && break; sleep 0.1; done
[ $(($(stat -c %s $episode.mp4) % (1280 * 720 * 3))) = 0 ] || die "no video: $(ls)"
key ctrl+v
for ((i = 0; i < 600; i++)); do ls $episode-2.mp4.*.part >/dev/null 2>&1 && break; sleep 0.1; done

# it closes cleanly in the middle of a seek
key End && key ctrl+q
wait $viewer || die "it ends with $?: $(cat err)"
viewer=''
tail -n 1 told | grep -q '"closed":true' || die "it did not close"
! ls $episode-2.mp4* >/dev/null 2>&1 || die "half a video is left: $(ls)"

# the picture of the page, from another driver perhaps: like it, not equal to it
"$view" r $episode --at 6 --quality low --shot page.png
far=$("$CHORE_BUILD_DIR/tests/png_diff" page.png "$CHORE_SOURCE_DIR/docs/pictures/view.png")
[ "$far" -lt 600 ] || die "docs/pictures/view.png is another picture (difference $far)"
# how quick it is, as far as that can be told without a screen
env -u DISPLAY "$view" r $episode --bench >bench || die "--bench ends with $?"
grep -q "^random seeks, just opened  *n=[12][0-9]* *p50" bench && grep -q "^random seeks, 100 % gone through" bench && grep -q "^the window: not measured" bench ||
  die "--bench says: $(cat bench)"
[ ! -s err ] || die "stderr: $(cat err)"
