#!/usr/bin/env bash
# Runs the cases of a .cases file against the program and compares exit code, stdout and stderr.
#
#   tests/cli/run.sh FILE.cases [NAME-GLOB]     CHORE_BUILD_DIR: the build to test
#
# A case:
#   == what it shows
#   $ commands, run by bash in an empty folder; several lines are one script
#   2                 the exit code
#   > glob            some line of stdout matches (>- : stdout is empty)
#   ! glob            some line of stderr matches (!- : stderr is empty)
# The commands see chorebench on PATH, and the functions of helpers.sh.
# On top of that, every case that fails with 2, 4 or 74 must say so in one message of at most three lines; the table of a refusal is not counted (its
# lines begin with four blanks).
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cases=$1
only=${2:-*}
export CHORE_BUILD_DIR=${CHORE_BUILD_DIR:-$here/../../build} CHORE_SOURCE_DIR=${CHORE_SOURCE_DIR:-$here/../..}
export PATH="$CHORE_BUILD_DIR/bin:$PATH" NO_COLOR=1 TERM=dumb COLUMNS=100 LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
ran=0 failed=0

complain() { problems+="    $1"$'\n'; }

# expect FILE GLOB NAME: some line matches, or for "-" the file is empty
expect() {
  local line
  if [ "$2" = - ]; then
    [ ! -s "$1" ] || complain "$3 is not empty"
    return
  fi
  while IFS= read -r line; do
    # shellcheck disable=SC2053 # the right side is a glob on purpose
    [[ $line == $2 ]] && return
  done <"$1"
  complain "$3 has no line like: $2"
}

run_case() {
  local dir=$scratch/$ran code problems='' glob lines
  # shellcheck disable=SC2053
  [[ $title == $only ]] || return
  ran=$((ran + 1))
  mkdir "$dir"
  # shellcheck source=tests/cli/helpers.sh
  (cd "$dir" && . "$here/helpers.sh" && eval "$script") >"$dir.out" 2>"$dir.err" </dev/null
  code=$?
  [ "$code" = "$want" ] || complain "exit code $code, expected $want"
  for glob in ${outs[@]+"${outs[@]}"}; do expect "$dir.out" "$glob" stdout; done
  for glob in ${errs[@]+"${errs[@]}"}; do expect "$dir.err" "$glob" stderr; done
  if grep -qE 'Sanitizer|runtime error|assertion|Segmentation' "$dir.err"; then complain "it broke"; fi
  case $want in
    2 | 4 | 74)
      lines=$(cat "$dir.out" "$dir.err" | grep -cvE '^$|^ok |good, |^    ')
      if [ "$lines" -lt 1 ] || [ "$lines" -gt 3 ]; then complain "$lines lines of message, expected 1 to 3"; fi
      ;;
  esac
  if [ -n "$problems" ]; then
    failed=$((failed + 1))
    printf 'FAILED  %s\n%s' "$title" "$problems"
    printf '%s' "$script" | sed 's/^/    $ /'
    sed 's/^/    stdout: /' "$dir.out" | head -n 12
    sed 's/^/    stderr: /' "$dir.err" | head -n 12
  fi
}

title='' script='' want=0 outs=() errs=()
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '== '*)
      [ -z "$title" ] || run_case
      title=${line#== } script='' want=0 outs=() errs=()
      ;;
    '$ '*) script+=${line#\$ }$'\n' ;;
    '> '* | '>-') outs+=("${line:$((${#line} > 2 ? 2 : 1))}") ;;
    '! '* | '!-') errs+=("${line:$((${#line} > 2 ? 2 : 1))}") ;;
    [0-9]*) want=$line ;;
    '' | '#'*) ;;
    *) echo "$cases: not understood: $line" && exit 1 ;;
  esac
done <"$cases"
[ -z "$title" ] || run_case
echo "$(basename "$cases"): $ran cases, $failed failed"
[ "$ran" -gt 0 ] && [ $failed = 0 ]
