#!/usr/bin/env bash
# A policy that crashes, hangs or answers nonsense loses the episode it was in, and nothing else, wherever it lives.
#
#   TRUST_PROFILE=host|inproc tests/trust/containment.sh
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
short_task
profile=${TRUST_PROFILE:-host}
plan=(task.yaml --policy "$tools/plugins/fatal.so" --profile "$profile" --seeds 0..3 -j 2)
# a sanitizer ends a crash with exit code 1
if [ "$profile" = inproc ]; then
  crash='the policy.s process (was ended by signal SIGN \(.*\)|ended with exit code 1)' segv=11 abort=6
  left='the policy.s process ended with exit code 0' silent='the policy gave no answer for 1 s and was stopped'
  unborn='*while policy *fatal* was loaded, the policy*process *'
else
  crash='policy "fatal": in act its process (crashed by SIGN|ended itself with exit code 1).*' segv=SIGSEGV abort=SIGABRT
  left='policy "fatal": in act its process ended itself with exit code 0'
  silent='policy "fatal": in act its process gave no answer for 1 s and was stopped'
  unborn='*policy "fatal" could not start: its process *'
fi

# mood CONFIG REASON: episodes with an odd seed fail so, the others are as if nothing had been
mood() {
  run "$1" "${plan[@]}" --policy-config "$1" --hang 1 || fail "$1: the run did not complete: exit code $?"
  "$tools/trust_rows" "$1" >rows
  grep -P '\tpolicy_error 0 ' rows >bad || fail "$1: no episode failed"
  grep -vP '\tpolicy_error ' rows >good || fail "$1: no episode was spared"
  grep -vP "\t$2\$" bad && fail "$1: another reason than $2"
  "$tools/trust_rows" ref | grep -F -f <(cut -f 1 good) | cmp - good || fail "$1: other episodes were touched"
  cut -f 1 bad >"bad.$1"
  cmp bad.segv "bad.$1" || fail "$1: other episodes failed than with segv"
  exits 0 chorebench verify "$1" -j 1
  echo "$1: $(wc -l <bad) of 8 episodes failed: $(head -n 1 bad | cut -f 7)"
}

run ref "${plan[@]}" --policy-config none || fail "a policy that stands still"
mood segv "${crash/SIGN/$segv}"
mood abort "${crash/SIGN/$abort}"
mood exit "$left"
mood hang "$silent"
mood nan '.*nan.*'

started=$SECONDS
run late "${plan[@]}" --policy-config hang_destroy --hang 1 || fail "a policy that hangs at its end"
[ $((SECONDS - started)) -le 20 ] || fail "a policy that hangs at its end holds the run"
same late "a policy that hangs at its end"
exits 4 chorebench run "${plan[@]}" --policy-config crash_create --out never -q
says "$unborn"

# a harness that is slow is no policy that hangs
run slow "${plan[@]}" --policy-config none --no-cache --hang 0.1 || fail "a short --hang"
same slow "initial states that take longer than a policy may"
