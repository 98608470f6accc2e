#!/usr/bin/env bash
# No space and no permission end the run with 74 and one message; what was finished stays, and the run can go on.
self=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/full_disk.sh
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
short_task
plan=(task.yaml --policy noop --seeds 0..9 -j 2)
run ref "${plan[@]}" || fail "the reference"

# stopped RUN WHY: the run ended for that reason, in one message, and some rows are left
stopped() {
  says "*$2*"
  says '*continue with: chorebench run --resume --out *'
  [ "$(grep -cvE '^$|^\[' log)" -le 3 ] || fail "more than one message"
  local kept
  kept=$({ "$tools/trust_rows" "$1" || [ $? = 3 ]; } | wc -l)
  [[ $kept -ge 1 && $kept -lt 20 ]] || fail "$kept rows are left"
  echo "$2: $kept of 20 episodes are kept"
}

if [ "${1:-}" != inside ]; then
  # a file that may not grow: the signal that comes with it is no crash of the policy
  code=0
  (ulimit -f 6 && chorebench run "${plan[@]}" --profile inproc --film none --no-trace -q --out limited >out 2>log) || code=$?
  [ $code = 74 ] || fail "exit code $code, expected 74, at the limit of a file's size"
  stopped limited 'File too large'
  exits 0 chorebench run --resume --out limited -j 2 --film none --no-trace -q
  same limited "continued without the limit" 1-4
  # file systems of its own need a namespace of its own
  if unshare -rm true 2>/dev/null; then
    unshare -rm "$self" inside
    exit
  fi
  echo "skipped: no namespaces here, so no disk could be filled"
  exit 77
fi

mkdir disk locked
trap 'umount disk locked 2>/dev/null; leave' EXIT
mount -t tmpfs -o size=80k tmpfs disk || {
  echo "skipped: nothing can be mounted here"
  exit 77
}
exits 74 chorebench run "${plan[@]}" --film none -q --out disk/r
stopped disk/r 'No space left on device'
mount -o remount,size=32m disk
exits 0 chorebench run --resume --out disk/r -j 2 --film none -q
same disk/r "continued with more space"
exits 0 chorebench verify disk/r --fast

mount -t tmpfs -o ro tmpfs locked
exits 74 chorebench run "${plan[@]}" --film none -q --out locked/r
says "*locked*Read-only file system*"
[ "$(wc -l <log)" -le 2 ] || fail "more than one message"
run uncached "${plan[@]}" --cache locked || fail "a cache that cannot be written is no reason to stop"
same uncached "without room for the cache"
