#!/usr/bin/env bash
# A policy's source is valid in every language the ABI promises: C99, C11 and C++17.
#
#   CC=gcc CXX=g++ tests/plugins/languages.sh <source> <include root>
#
# Without a C++ compiler that part is left out, and said so; CHORE_NEED_CXX=1 makes it an error.
set -euo pipefail
source=$1 root=$2
cc=${CC:-cc} cxx=${CXX:-c++}
options=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only "-I$root")
lines=$(wc -l <"$source")
[ "$lines" -le 30 ] || { echo "the shortest policy has $lines lines"; exit 1; }
for standard in c99 c11; do
  $cc "-std=$standard" "${options[@]}" -x c "$source"
done
if command -v "${cxx%% *}" >/dev/null; then
  $cxx -std=c++17 "${options[@]}" -x c++ "$source"
else
  [ -z "${CHORE_NEED_CXX:-}" ] || { echo "no C++ compiler"; exit 1; }
  echo "no C++ compiler, C++17 was not tried"
fi
