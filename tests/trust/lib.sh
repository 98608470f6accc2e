# shellcheck shell=bash
# What the tests in this folder share: an empty folder, the program on PATH, and one way to fail.
set -euo pipefail
: "${CHORE_BUILD_DIR:?the build to test}" "${CHORE_SOURCE_DIR:?its source}"
export PATH="$CHORE_BUILD_DIR/bin:$PATH" NO_COLOR=1 TERM=dumb LC_ALL=C
tools=$CHORE_BUILD_DIR/tests
scratch=$(mktemp -d)
group=''
leave() {
  [ -z "$group" ] || kill -9 -- "-$group" 2>/dev/null || true
  rm -rf "$scratch"
}
trap leave EXIT
export XDG_CACHE_HOME=$scratch/cache
cd "$scratch"
RANDOM=4711 # the same moments every time, as far as a machine allows

fail() {
  echo "FAILED  $*"
  tail -n 6 log 2>/dev/null | sed 's/^/    /'
  exit 1
}

# run OUT ARGS...: a quiet run without films; its words go to the file log, its exit code comes back
run() {
  local out=$1
  shift
  chorebench run "$@" --film "${film:-none}" -q --out "$out" >/dev/null 2>log
}

# exits CODE COMMAND...: the command ends with that code; stderr is in the file log, stdout in the file out
exits() {
  local want=$1 code=0
  shift
  "$@" >out 2>log || code=$?
  [ "$code" = "$want" ] || fail "exit code $code, expected $want: $*"
}

# says GLOB: some line of log is like that
says() {
  local line
  while IFS= read -r line; do
    # shellcheck disable=SC2053 # a glob on purpose
    [[ $line == $1 ]] && return
  done <log
  fail "no line like: $1"
}

# same RUN WHAT [COLUMNS]: its rows are those of the run ref (columns: see rows.c)
same() {
  "$tools/trust_rows" ref | cut -f "${3:-1-7}" >want.rows
  "$tools/trust_rows" "$1" | cut -f "${3:-1-7}" >got.rows || fail "$2: rows are missing"
  cmp -s want.rows got.rows || fail "$2: other results: $(diff want.rows got.rows | head -n 2)"
  echo "same results: $2 ($(wc -l <got.rows) episodes)"
}

# short_task: task.yaml, two simulated seconds of set_aside
short_task() {
  sed -e 's/^horizon: .*/horizon: 2 s/' -e 's/window: .*\]/window: [0.5 s, 1 s]/' -e 's/within: .*/within: 1 s/' \
    "$CHORE_SOURCE_DIR/tasks/defs/dining_table/set_aside.yaml" >task.yaml
}

# in_background ARGS...: a run in a process group of its own; its id is in $group, its words in group.log
in_background() {
  : >group.log # what the run before said is not this one's
  setsid chorebench run "$@" --film none >/dev/null 2>group.log &
  group=$!
}

# kill_it: the whole group at once, without a word; false: there is none any more
kill_it() {
  kill -9 -- "-$group" 2>/dev/null || return
  { wait "$group" || true; } 2>/dev/null
  group=''
}

# ends CODE WITHIN: the run in the background ends so, within so many seconds
ends() {
  local code=0 started=$SECONDS
  wait "$group" || code=$?
  group=''
  cp group.log log
  [ $((SECONDS - started)) -le "$2" ] || fail "it took $((SECONDS - started)) s to end"
  [ "$code" = "$1" ] || fail "exit code $code, expected $1"
}

# lines RUN: the whole rows in its shards
lines() { grep -hs '"index":.*"}$' "$1"/shard-*.jsonl || true; }

# until_rows RUN N: wait until the shards hold so many rows
until_rows() {
  local i
  for ((i = 0; i < 3000; i++)); do
    [ "$(lines "$1" | wc -l)" -ge "$2" ] && return
    sleep 0.02
  done
  fail "$1 never had $2 rows"
}

# until_says GLOB: wait until the run in the background says something like that
until_says() {
  local i line
  for ((i = 0; i < 600; i++)); do
    while IFS= read -r line; do
      # shellcheck disable=SC2053 # a glob on purpose
      [[ $line == $1 ]] && return
    done <group.log
    sleep 0.01
  done
  fail "it never said: $1"
}
