#!/usr/bin/env bash
# Whatever is changed in a run folder is named, with exit code 6; also what was changed by someone who knows the formats.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

run whole set_aside --policy oracle --seeds 0..1 -j 1 || fail "the run"
run other set_aside --policy noop --seeds 0..1 -j 1 || fail "another run"
control=set_aside-control-0000 disturbed=set_aside-disturbed-0000

cp -r whole r
"$tools/trust_flips" r || fail "changed bytes"
exits 0 chorebench verify r -j 2 # nothing stays behind

# damaged WHAT SAYS HOW COMMAND...: the command damages a copy, r, which verify then refuses and says so: fast, or
# only by replaying, or both ways
damaged() {
  local what=$1 says=$2 how=$3
  shift 3
  rm -rf r
  cp -r whole r
  "$@" || fail "could not damage: $what"
  if [ "$how" != replaying ]; then
    exits 6 chorebench verify r -j 1 --fast
    says "$says"
  fi
  if [ "$how" != fast ]; then
    exits 6 chorebench verify r -j 2
    says "$says"
  fi
  echo "refused: $what"
}

flip() { # FILE OFFSET
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
  # shellcheck disable=SC2059 # the format is the byte
  printf "\\x$(printf %02x $((byte ^ 16)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
swap() { mv "$1" s && mv "$2" "$1" && mv s "$2"; }
shard=r/shard-0000.jsonl
second_line=$(($(head -n 1 whole/shard-0000.jsonl | wc -c) + 700))

damaged "a byte of a row" "*shard-0000.jsonl:2:701: *crc*" both flip $shard "$second_line"
damaged "a byte of the plan" "*plan.json*" both flip r/plan.json 200
damaged "a byte of a trace" "${control}0: tampered: *$control*0.trace*byte*" both flip "r/traces/${control}0.trace" 3000
damaged "a row taken out" "*shard-0000.jsonl:3:*chain*" both sed -i 3d $shard
damaged "rows in another order" "*shard-0000.jsonl:2:*chain*" both sed -i '2{h;d};3{G}' $shard
damaged "a row of another run" "*shard-0000.jsonl:3:*chain*" both sed -i -e "3{r /dev/stdin" -e 'd}' $shard \
  < <(sed -n 3p other/shard-0000.jsonl)
damaged "a shard of another run" "*shard-0001.jsonl:1:*another plan*" both cp other/shard-0000.jsonl r/shard-0001.jsonl
damaged "a shard that is there twice" "*two rows*" both cp $shard r/shard-0001.jsonl
damaged "a trace that is gone" "$control*0: *cannot*$control*0.trace*" both rm "r/traces/${control}0.trace"
damaged "a trace that is cut short" "*$control*0.trace*" both truncate -s -5 "r/traces/${control}0.trace"
damaged "two traces exchanged" "*the trace is not the one that the row names*" both \
  swap "r/traces/${control}0.trace" "r/traces/${control}1.trace"

# sums made good again
forge=$tools/trust_forge
damaged "a forged score" "*progress*" fast "$forge" r "${control}0" row progress 0.5
damaged "a forged time" "*first_success_s*the replay says*" replaying "$forge" r "${control}0" row first_success_s 0.25
damaged "a forged outcome" "*outcome*" fast "$forge" r "${control}0" row outcome '"sim_error"'
damaged "a forged handling" "*event*the replay says*" replaying "$forge" r "${disturbed}0" row events '[]'
damaged "a forged start" "*initial_state_hash*" fast "$forge" r "${control}0" row initial_state_hash '"00000000000000000000000000000000"'
damaged "a forged policy" "*policy*" fast "$forge" r "${control}0" row policy '"mine"'
damaged "a changed action" "*differs from the recording after control step 31 *" replaying "$forge" r "${control}0" action 30
damaged "the recording of another seed" "*: seed: *" fast "$forge" r "${control}0" as "${control}1"
damaged "the recording of another seed under its own head" "*differs*" replaying "$forge" r "${control}0" as "${control}1" keep-head
damaged "a control that poses as disturbed" "*: variant: *" fast "$forge" r "${disturbed}0" as "${control}0"

# a result that nothing proves is none
rm -rf r
cp -r whole r
"$forge" r "${control}0" row trace '""'
exits 3 chorebench verify r --fast
"$forge" r "${control}0" row outcome '"policy_error"'
exits 6 chorebench verify r --fast
says '*the row has a score*'
