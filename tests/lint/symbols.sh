#!/usr/bin/env bash
# symbols.sh BUILD: no two of our libraries define the same global name. Where two did, the linker took either without a word.
set -euo pipefail
build=${1:?the build folder}
names=$(find "$build" -name 'libchore_*.a' -print0 | while IFS= read -r -d '' library; do
  nm -g --defined-only "$library" 2>/dev/null | awk -v library="$(basename "$library")" 'NF == 3 && $2 ~ /[TDBRC]/ && $3 !~ /^__/ { print $3, library }'
done | sort -u) # a name in both builds of a library, where there are two, is one
[ "$(wc -l <<<"$names")" -ge 500 ] || { echo "only $(wc -l <<<"$names") names in $build: not a build?"; exit 1; }
doubled=$(awk '{ print $1 }' <<<"$names" | sort | uniq -d)
for name in $(head -n 20 <<<"$doubled"); do
  echo "$name is defined in $(grep "^$name " <<<"$names" | cut -d' ' -f2 | paste -sd' ')"
done
[ -z "$doubled" ] && echo "$(wc -l <<<"$names") names, each once"
