#!/usr/bin/env bash
# Ctrl-C and SIGTERM: running episodes end, the run says how to go on, and goes on just so. A second one stops now.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
plan=(set_aside --policy oracle --seeds 0..3)
run ref "${plan[@]}" -j 2 || fail "the reference"

for signal in INT TERM; do
  out="it's $signal" # a folder that a shell must quote
  in_background "${plan[@]}" -j 2 --out "$out"
  until_rows "$out" 1
  kill "-$signal" -- "-$group" # as a terminal or a service manager does: the whole group
  ends 130 20
  says 'stopping: running episodes end first*'
  says '* of 8 episodes are done. Continue with:'
  n=$(lines "$out" | wc -l)
  [ "$n" -lt 8 ] || fail "SIG$signal came too late to show anything"
  [ "$(lines "$out" | grep -c '"outcome":"success"')" = "$n" ] || fail "SIG$signal spoilt an episode"
  [ "$(find "$out/traces" -name '*.trace' | wc -l)" = "$n" ] || fail "SIG$signal left half an episode"
  on=$(grep -A1 'Continue with:' log | tail -n 1)
  echo "SIG$signal: $n of 8 done; going on with: $on"
  eval "$on --film none -q" >/dev/null 2>log || fail "going on with: $on"
  same "$out" "interrupted by SIG$signal and continued"
done

# twice: now. The second one must come while an episode still runs: they are short, and on a busy machine it may come too late
for _ in 1 2 3 4; do
  rm -rf twice
  in_background "${plan[@]}" -j 1 --out twice
  until_rows twice 1
  kill -INT "$group"
  until_says 'stopping: running episodes end first*'
  kill -INT "$group" || true
  ends 130 3
  ! grep -q 'stopping now' log || break
done
says 'stopping now'
exits 0 chorebench run --resume --out twice -j 2 --film none -q
same twice "stopped at once and continued"

# twice, with a policy that does not listen
short_task
in_background task.yaml --policy "$tools/plugins/fatal.so" --policy-config hang --seeds 0..5 -j 2 --out deaf
until_rows deaf 1
sleep 0.5
kill -INT "$group"
sleep 0.1
kill -INT "$group"
ends 130 6
grep -h '"outcome":"policy_error"' deaf/shard-* && fail "an episode that was stopped from outside was counted"
echo "stopped at once: a policy that hangs"
