#!/usr/bin/env bash
# Pictures for policies: the same bytes in every run, whatever -j, threads, order and interruptions; what the policy saw is what the row
# says; physics does not notice; nothing needs a renderer afterwards; no privileged stream. A driver that is not there, crashes, hangs or
# fails is named and hurts no more than it must. Parts: same, track, spot, driver (all of them need no GPU; `same` is skipped, 77, where
# there is no GL).
# shellcheck disable=SC2015,SC2094 # fail leaves the script; the log is written in the same braces, not read
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eyes=$CHORE_BUILD_DIR/tests/plugins/eyes.so
short_task
seeds=${TRUST_SEEDS:-0..0}
looking=(--policy "$eyes" --policy-config "cam=wrist cam=front depth" --track vision)

# pictures RUN: episode, number of pictures, hash of their bytes, as the rows have them
pictures() {
  lines "$1" | sed -E 's/.*"index":([0-9]+).*"frames":([0-9]+),"frames_hash":"([0-9a-f]+)".*/\1 \2 \3/' | sort -n
}
# seen RUN: what the policy itself says it saw, an episode per line; the last words of a run may come too late
seen() { grep -h '^saw' "$1/policy.log" | sort; }

same_pictures() {
  pictures "$1" >got.pictures
  cmp -s want.pictures got.pictures || fail "$2: other pictures: $(diff want.pictures got.pictures | head -n 2)"
  echo "same pictures: $2"
}

part_same() {
  run ref task.yaml "${looking[@]}" --seeds "$seeds" -j 1 || {
    grep -q 'cannot render' log || fail "the run with cameras"
    echo "skipped: nothing can be drawn here: $(head -n 1 log)"
    exit 77
  }
  pictures ref >want.pictures
  n=$(wc -l <want.pictures)
  [ "$(cut -d' ' -f3 want.pictures | sort -u | wc -l)" = "$n" ] || fail "episodes with the same pictures"
  grep -q '"renderer":"[^"]*OpenGL' ref/shard-0000.jsonl || fail "no row names its renderer"

  run jobs task.yaml "${looking[@]}" --seeds "$seeds" -j 2 --shuffle 7 || fail "the run with -j 2"
  same jobs "-j 2, another order"
  same_pictures jobs "-j 2, another order"
  LP_NUM_THREADS=1 GALLIUM_THREAD=0 run thread task.yaml "${looking[@]}" --seeds "$seeds" -j 1 || fail "the run with one GL thread"
  same_pictures thread "another number of GL threads"
  run inproc task.yaml "${looking[@]}" --profile inproc --seeds "$seeds" -j 1 2>/dev/null || fail "the run with profile inproc"
  same_pictures inproc "profile inproc"

  # several at once: each slot has its own pictures
  cp want.pictures kept.pictures
  run single task.yaml "${looking[@]}" --seeds 0..1 --variant control -j 1 --batch 1 || fail "two, one by one"
  run two task.yaml "${looking[@]}" --seeds 0..1 --variant control -j 1 --batch 2 || fail "two at once"
  pictures single >want.pictures
  same_pictures two "two at once"
  seen single >single.seen && seen two | cmp -s single.seen - || fail "the policy saw other pictures in a batch"
  mv kept.pictures want.pictures

  # a kill in the middle: what was drawn again is the same
  in_background task.yaml "${looking[@]}" --seeds "$seeds" -j 1 --out killed
  until_rows killed 1
  kill_it || true
  chorebench run --resume --out killed --film none -q >/dev/null 2>log || fail "the resumed run"
  same_pictures killed "killed and resumed"

  # the policy saw what the row says: as many pictures, and for equal hashes of ours equal ones of its own
  seen ref >ref.seen
  { [ "$(wc -l <ref.seen)" -ge $((n - 1)) ] && ! grep -qv 'saw 40 pictures' ref.seen; } || fail "the policy saw something else: $(cat ref.seen)"
  ! grep -qv ' 40 ' want.pictures || fail "the rows count other pictures than the policy: $(cat want.pictures)"
  for other in jobs thread; do
    seen $other >other.seen
    [ "$(sort -u other.seen ref.seen | wc -l)" -le "$n" ] || fail "the policy saw other pictures in $other: $(cat ref.seen other.seen)"
  done

  # physics does not notice: the same actions without pictures
  run blind task.yaml --policy "$eyes" --seeds "$seeds" -j 1 || fail "the run without pictures"
  same blind "without any picture" 1-5,7 # the recording's header names the pictures
  ! grep -q '"frames":[1-9]' blind/shard-0000.jsonl || fail "pictures that nobody asked for"

  # other paint, light and camera places with each seed, the same in both variants: other pictures, no other state, and a result that says so
  run painted task.yaml "${looking[@]}" --appearance seeded --seeds "$seeds" -j 1 || fail "the run with seeded looks"
  same painted "seeded appearance" 1-5,7 # the recording's header names the lot
  pictures painted >painted.pictures
  [ "$(cut -d' ' -f3 want.pictures painted.pictures | sort -u | wc -l)" = $((2 * n)) ] || fail "seeded looks gave the canonical pictures"
  run repainted task.yaml "${looking[@]}" --appearance seeded --seeds "$seeds" -j 2 --batch 2 || fail "seeded looks once more"
  pictures repainted | cmp -s painted.pictures - || fail "seeded looks differ from run to run"
  grep -q '"appearance": "seeded"' painted/plan.json && grep -q '"appearance":"seeded"' painted/shard-0000.jsonl || fail "no word of the appearance"
  ! grep -q appearance ref/plan.json || fail "a canonical plan has another hash than before"

  # verify needs no renderer
  mkdir bare && ln -s "$CHORE_BUILD_DIR"/lib/chorebench/*.so bare/ && rm bare/chore-render-egl.so
  CHOREBENCH_PLUGINS=$PWD/bare chorebench verify ref >out 2>log || fail "verify without a renderer"
  echo "verified without a renderer"
}

part_track() {
  for config in "cam=wrist size=641x480" "cam=wrist size=64x64 fit=native" "cam=wrist turned" "cam=elbow"; do
    exits 4 chorebench run task.yaml --policy "$eyes" --track vision --policy-config "$config" --seeds 0..0 --out never
    cat log >>refusals
    [ ! -e never ] || fail "a refused run left its folder"
  done
  cp refusals log
  says '*shape *\[480 641 3\] *\[480 640 3\]*'
  says '*"cam.wrist": asked shape \[64 64 3\], offered \[480 640 3\]*'
  says '*stream "cam.wrist": conversion "turned" is not offered*'
  says '*stream "cam.elbow" is not offered*'
  exits 4 chorebench run task.yaml --policy oracle --track vision --seeds 0..0 --out never
  says '*stream "privileged.*" is not offered*'
  says '*this run allows no privileged streams*'
  exits 2 chorebench run task.yaml --policy oracle --track blind --seeds 0..0 --out never
  says "*no track 'blind'; expected state or vision*"
  exits 2 chorebench run task.yaml --policy noop --appearance sceded --seeds 0..0 --out never
  says "*no appearance 'sceded'; expected canonical or seeded*"
  says "*did you mean 'seeded'*"
  run noop task.yaml --policy noop --track vision --seeds 0..0 --variant control || fail "noop on the vision track"
  { grep -q '"track": "vision"' noop/plan.json && grep -q '"track":"vision"' noop/shard-*.jsonl; } || fail "no word of the track"
  echo "refused what it should"
}

# with_driver HOW OUT ARGS...: a run whose driver goes wrong so
with_driver() {
  local how=$1 out=$2 code=0
  shift 2
  CHOREBENCH_PLUGINS=$PWD/broken BAD_RENDER=$how BAD_RENDER_AT=5 \
    chorebench run task.yaml --policy "$eyes" --policy-config "cam=wrist cam=front" --track vision --film none -q --out "$out" "$@" \
    >printed 2>log || code=$?
  echo $code
}

# A policy that finds a blue mug in the picture, and where it stands, against the truth; and that its check can fail.
part_spot() {
  sed -e 's/^horizon: .*/horizon: 3 s/' -e 's/choose: \[1, 1\], from: \[.*\], as/choose: [1, 1], from: [mug_1], as/' \
    -e 's/choose: \[1, 2\], from: \[.*\], region/choose: [1, 1], from: [can_1], region/' \
    "$CHORE_SOURCE_DIR/tasks/defs/dining_table/set_aside.yaml" >mug.yaml
  local spotter=(mug.yaml --policy "$CHORE_BUILD_DIR/tests/plugins/spotter.so" --variant control --seeds "${TRUST_SEEDS:-0..2}")
  run found "${spotter[@]}" --policy-config mug_1 -j 2 || {
    grep -q 'cannot render' log || fail "the run of the spotter"
    echo "skipped: $(head -n 1 log)"
    exit 77
  }
  ! grep -h '"outcome":"policy_error"' found/shard-*.jsonl || fail "the mug is not where it was seen"
  run other "${spotter[@]}" --policy-config can_1 || fail "the run of the spotter that looks for something else"
  run together "${spotter[@]}" --policy-config mug_1 --batch 3 -j 1 || fail "the run with a batch"
  pictures found >want.pictures
  same_pictures together "three episodes in a batch"
  lines other >other.rows
  ! grep -v '"outcome":"policy_error"' other.rows || fail "a red can was taken for a blue mug"
  echo "found within $(grep -ho '[0-9.]* pixels' found/policy.log | sort -n | tail -n 1), $(grep -ho '[0-9.]* mm' found/policy.log | sort -n | tail -n 1)"
}

part_driver() {
  mkdir broken && ln -s "$CHORE_BUILD_DIR"/lib/chorebench/*.so broken/ && rm -f broken/chore-render-egl.so
  # no module at all
  exits 3 env "CHOREBENCH_PLUGINS=$PWD/broken" chorebench run task.yaml "${looking[@]}" --seeds 0..0 --out never
  says '*cannot render: there is no module*'
  [ ! -e never ] || fail "a run that never began left its folder"
  ln -s "$CHORE_BUILD_DIR/tests/bad_render/chore-render-egl.so" broken/

  # goes wrong once: the episode is done again, and all is well
  for how in crash exit fail; do
    [ "$(BAD_RENDER_ONCE=$PWD/$how.once with_driver $how once_$how --seeds 0..0 --variant control -j 1)" = 0 ] || fail "$how once"
    { grep -q '"attempt":1' once_$how/shard-*.jsonl && grep -qh '"outcome":"infra_error"' once_$how/shard-*.jsonl; } ||
      fail "$how: no second attempt"
    ! grep -qh '"outcome":"policy_error"' once_$how/shard-*.jsonl || fail "$how: the policy got the blame"
  done
  grep -qh 'the graphics driver crashed with signal 6' once_crash/shard-*.jsonl || fail "the crash is not named"
  grep -qh 'the graphics driver ended its process with exit code 7' once_exit/shard-*.jsonl || fail "the exit is not named"
  grep -qh 'driver has lost its device' once_fail/shard-*.jsonl || fail "the failure is not named"
  [ "$(BAD_RENDER_ONCE=$PWD/hang.once with_driver hang once_hang --seeds 0..0 --variant control -j 1 --hang 2)" = 0 ] || fail "a hang"
  grep -qh 'the graphics driver drew nothing for 2 s and was stopped' once_hang/shard-*.jsonl || fail "the hang is not named"

  # always goes wrong: the run ends, nothing is scored
  [ "$(with_driver crash always --seeds 0..0 -j 2)" = 0 ] || [ -s always/summary.json ] || fail "a driver that always crashes"
  ! grep -qh '"outcome":"policy_error"' always/shard-*.jsonl || fail "the policy got the blame"
  # cannot even be started
  [ "$(with_driver create unborn --seeds 0..0 -j 2)" = 3 ] || fail "a driver that crashes at its start: $(cat log)"
  says "*the policy's pictures cannot be drawn: the graphics driver crashed*"
  echo "drivers that go wrong are named, and hurt the policy's score not"

  # what pictures cost is told of whatever draws them
  CHOREBENCH_PLUGINS=$PWD/broken chorebench speed --render --rounds 1 --json set_aside >out 2>log || fail "speed --render"
  { [ "$(grep -c '"frames_per_core_s"' out)" = 5 ] && grep -q "\"renderer\": \"the test's driver\"" out; } || fail "speed --render says else"

  if command -v ldd >/dev/null; then
    ! ldd "$CHORE_BUILD_DIR/bin/chorebench" "$CHORE_BUILD_DIR/bin/chore-policy-host" | grep -E 'libE?GL|libOpenGL|glfw' ||
      fail "a program links GL"
    echo "no program links GL"
  fi
}

"part_${1:?same, track, spot or driver}"
