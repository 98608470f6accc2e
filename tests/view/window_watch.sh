#!/usr/bin/env bash
# A run folder that is still being written, in the window: results and recordings come, one is played on as it grows.
set -euo pipefail
# shellcheck source=tests/view/screen.sh
. "$(dirname "$0")/screen.sh"

# A whole run, of which the watched folder gets one piece after the other.
"$CHORE_BUILD_DIR/bin/chorebench" run set_aside --policy blind --seeds 0..0 -j 1 --film none -q --out whole >run.log 2>&1 ||
  die "the run failed: $(cat run.log)"
mkdir -p w/traces
cp whole/plan.json w/
first=set_aside-control-00000 later=set_aside-disturbed-00000 trace=traces/set_aside-disturbed-00000.trace
rows() { head -n $(($1 + 1)) whole/shard-0000.jsonl >new && mv new w/shard-0000.jsonl; } # and the header
rows 0

# nothing yet
code=0
"$view" w >/dev/null 2>err || code=$?
[ $code = 2 ] && grep -q 'holds no recordings' err || die "an empty run: exit $code, $(cat err)"

cp whole/traces/$first.trace w/traces/
rows 1
look w
now "\"episodes\":2,\"done\":1,\"episode\":\"$first\""
key shift+n # no failure so far
key Right && now "\"episode\":\"$first\".*\"step\":1,"

# an episode is being recorded: it is found, and followed
head -c $(($(stat -c %s whole/$trace) / 2)) whole/$trace >w/$trace
sleep 1
key Page_Down && now "\"episode\":\"$later\".*\"growing\":true,\"follow\":true"
now '"step":([0-9]+),"wanted":\1,"steps":\1,"arrived":true,"same":true'
shot part
key Left && now '"follow":false' # scrubbing back in what is there
key End && now '"follow":true'
tail -c +$(($(stat -c %s w/$trace) + 1)) whole/$trace >>w/$trace
now '"growing":false,.*"step":1800,"wanted":1800,"steps":1800,"arrived":true,"same":true,"diverged":-1'
shot end
differs part.png end.png || die "it was not followed"

# its result comes; now there is a failure to go to
key Page_Up && now "\"episode\":\"$first\",\"state\":\"ready\""
rows 2
now '"done":2' && key shift+n && now "\"episode\":\"$later\",\"state\":\"ready\""
leave

# beside another one, too
head -c 20000 whole/$trace >growing.trace
look whole set_aside-disturbed-00000 growing.trace
now '"of":[0-9]{1,3},"there":true,"as_recorded":true'
tail -c +20001 whole/$trace >>growing.trace
now '"at":0,"of":1800,"there":true,"as_recorded":true,"same_until":1800'
leave

# and in a run that grows: the second is there as soon as its recording is
mkdir -p v/traces
cp whole/plan.json v/
head -n 1 whole/shard-0000.jsonl >v/shard-0000.jsonl
cp whole/traces/$first.trace v/traces/
look whole $first v
now "\"second\":\\{\"episode\":\"$first\",\"state\":\"ready\""
key Page_Down && now "\"episode\":\"$later\",\"state\":\"ready\".*\"second\":null"
cp whole/$trace v/traces/
now "\"second\":\\{\"episode\":\"$later\",\"state\":\"ready\".*\"as_recorded\":true,\"same_until\":1800"
leave

# what a killed run left is shown up to its last whole chunk
head -c 20000 whole/$trace >killed.trace
look killed.trace
now '"growing":true,"follow":true,"step":([1-9][0-9]+),"wanted":\1,"steps":\1,"arrived":true,"same":true,"diverged":-1'
leave
