#!/usr/bin/env bash
# Each public header compiles alone, as C11 and as C++17, with no include root but those its folder may use. The policy
# ABI and its extensions also compile as C99, and have no padding that a compiler could place differently.
#
#   CC=gcc CXX=g++ MUJOCO_INCLUDE=<dir> tests/lint/headers_alone.sh
#
# Without a C++ compiler that half is skipped, and said so; CHORE_NEED_CXX=1 makes it an error.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
cc=${CC:-cc} cxx=${CXX:-c++}
command -v "${cxx%% *}" >/dev/null || cxx=
[ -n "$cxx" ] || [ -z "${CHORE_NEED_CXX:-}" ] || { echo "no C++ compiler"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0

# compile LANGUAGE-OPTIONS HEADER INCLUDE-OPTIONS...
compile() {
  local how=$1 header=$2
  shift 2
  printf '#include <%s>\n#include <%s>\n' "$header" "$header" >"$work/alone.${how%% *}"
  local compiler=$cc
  [ "${how%% *}" = c ] || compiler=$cxx
  # shellcheck disable=SC2086  # compilers and options are words
  $compiler ${how#* } -fsyntax-only -Wall -Wextra -Wpedantic -Werror "$@" "$work/alone.${how%% *}" 2>"$work/out" || {
    echo "$header does not compile alone (${how#* }):"
    head -n 6 "$work/out"
    failed=1
  }
}

while IFS='|' read -r folder uses _; do
  folder=${folder//[[:space:]]/}
  case $folder in '' | '#'*) continue ;; esac
  roots=()
  for layer in $folder $uses; do
    for root in "$layer/include" "$layer"; do
      [ ! -d "$root/chore" ] || roots+=("-I$root")
    done
  done
  [ -z "${MUJOCO_INCLUDE:-}" ] || roots+=(-isystem "$MUJOCO_INCLUDE")
  for path in "$folder"/include/chore/*.h "$folder"/chore/*.h; do
    [ -f "$path" ] || continue
    header=chore/${path##*/} count=$((count + 1))
    compile "c -std=c11" "$header" "${roots[@]}"
    [ -z "$cxx" ] || compile "cc -std=c++17" "$header" "${roots[@]}"
    if [[ $header =~ ^chore/policy(_extensions)?\.h$ ]]; then
      compile "c -std=c99 -Wpadded" "$header" "${roots[@]}"
      compile "c -std=c11 -Wpadded" "$header" "${roots[@]}"
      [ -z "$cxx" ] || compile "cc -std=c++17 -Wpadded" "$header" "${roots[@]}"
    fi
  done
done <tests/lint/layers.txt

[ -n "$cxx" ] || echo "headers: no C++ compiler, C++17 was not tried"
[ $failed = 1 ] || echo "headers: $count compile alone"
exit $failed
