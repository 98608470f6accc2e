#!/usr/bin/env bash
# One policy for several episodes at once: the same rows and traces, byte for byte, as one by one; refused where the
# policy does not promise so; and a policy that fails takes along no more than its batch.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
short_task
tiny=$tools/plugins/tiny.so
plan=(task.yaml --seeds 0..7 -j 1)

# batches NAME PROFILE OPTIONS...: the same for one, four and sixteen at once
batches() {
  local name=$1 profile=$2 n
  shift 2
  rm -rf ref
  run ref "${plan[@]}" --profile "$profile" --batch 1 "$@" || fail "$name, $profile, one by one"
  for n in 4 16; do
    run "$name-$profile-$n" "${plan[@]}" --profile "$profile" --batch "$n" "$@" || fail "$name, $profile, $n at once"
    same "$name-$profile-$n" "$name, profile $profile, $n at once"
  done
}

# Two tasks, two latencies, two workers: a batch is of one kind, whatever comes next in the plan.
sed 's/^name: set_aside/name: other/' task.yaml >other.yaml
mixed=(task.yaml other.yaml --seeds 0..2 --variant control --policy oracle --latency "delay=0,2")
run ref "${mixed[@]}" -j 1 || fail "a mixed plan, one by one"
run mixed "${mixed[@]}" -j 2 --batch 3 && same mixed "a mixed plan, two workers, three at once"
exits 0 chorebench verify mixed -j 1

batches random host --policy random
batches noop inproc --policy noop
batches tiny host --policy "$tiny"
cp -r ref tiny
batches tiny inproc --policy "$tiny"
batches delayed host --policy "$tiny" --latency delay=3
[ "$("$tools/trust_rows" ref | cut -f 4)" != "$("$tools/trust_rows" tiny | cut -f 4)" ] || fail "a delay changed nothing"
batches every host --policy "$tiny" --policy-config every
[ "$("$tools/trust_rows" ref | cut -f 4)" != "$("$tools/trust_rows" tiny | cut -f 4)" ] || fail "observe changed nothing"
batches replay host --policy replay --policy-config tiny
[ "$("$tools/trust_rows" ref | cut -f 4)" = "$("$tools/trust_rows" tiny | cut -f 4)" ] || fail "replay came to other states"

exits 4 chorebench run "${plan[@]}" --policy "$tiny" --policy-config selfish --batch 4 --out never -q
says '*"tiny" does not promise that its answers are independent*'
exits 4 chorebench run "${plan[@]}" --policy "$tiny" --policy-config single --batch 4 --out never -q
says '*"tiny" serves one episode at a time*'
exits 2 chorebench run "${plan[@]}" --policy "$tiny" --batch 65 --out never -q
[ ! -e never ] || fail "a refused run left its folder"
run selfish "${plan[@]}" --policy "$tiny" --policy-config selfish --batch 1 || fail "selfish, one by one"

# fatal.so fails at step 20 of the episodes whose policy seed is odd
rm -rf ref
fatal=(task.yaml -j 1 --policy "$tools/plugins/fatal.so" --hang 2)
run ref "${fatal[@]}" --seeds 0..7 --policy-config none
run one "${fatal[@]}" --seeds 0..7 --policy-config nan --batch 1
"$tools/trust_rows" one | grep -P '\tpolicy_error 0 ' | cut -f 1 >bad
[ -s bad ] || fail "no episode failed"

# spared RUN: its good episodes are as if nothing had been
spared() {
  "$tools/trust_rows" "$1" | grep -vP '\tpolicy_error ' >good || fail "$1: no episode was spared"
  "$tools/trust_rows" ref | grep -F -f <(cut -f 1 good) | cmp - good || fail "$1: other episodes were touched"
}

# An answer that is none is its slot's own affair.
run nan "${fatal[@]}" --seeds 0..7 --policy-config nan --batch 4 || fail "nan, four at once: $?"
"$tools/trust_rows" nan | grep -P '\tpolicy_error 0 ' | cut -f 1 | cmp - bad || fail "nan: not the episodes that fail alone"
spared nan
echo "nan: $(wc -l <bad) of 16 episodes failed, as one by one"

# A process that ends takes its batch along, and each row says so.
for profile in host inproc; do
  for mood in segv hang; do
    name=$mood-$profile
    run "$name" "${fatal[@]}" --profile "$profile" --policy-config "$mood" --batch 2 --seeds 0..3 || fail "$name: $?"
    "$tools/trust_rows" "$name" | grep -P '\tpolicy_error 0 ' >lost || fail "$name: no episode failed"
    cut -f 1 lost | grep -q -F -f <(grep -F -f <(cut -f 1 lost) bad) || fail "$name: none that fails alone"
    grep -P "with 1 other in its batch\)$" lost >/dev/null || fail "$name: no row names its mate: $(cut -f 7 lost)"
    [ "$(wc -l <lost)" -le $((2 * $(grep -c -E '0000[0-3]$' bad))) ] || fail "$name: more than the batches: $(cut -f 1 lost | tr '\n' ' ')"
    spared "$name"
    exits 0 chorebench verify "$name" -j 1
    echo "$name: $(wc -l <lost) of 8 episodes lost: $(head -n 1 lost | cut -f 7)"
  done
done
