#!/usr/bin/env bash
# Does what a page tells its reader to do, in a scratch copy of the checkout, and fails where the page fails.
#
#   CHORE_BUILD_DIR=build tests/docs/follow.sh PAGE.md... [--check CHECK.sh]
#
# From every page, in order:
#   ```sh           is run, one block at a time; the first command that fails ends the test
#   other fences    whose first line is a comment with a file's path are written there: `# a/b.yaml`, `<!-- a/b.xml -->`, `/* b.c: … */`
# CHECK.sh runs there at the end. Pages show as many seeds as a reader wants; here `--seeds` becomes $CHORE_DOC_SEEDS (default 0..0).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=${CHORE_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
build=$(cd "${CHORE_BUILD_DIR:-$source/build}" && pwd)
seeds=${CHORE_DOC_SEEDS:-0..0}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH="$build/bin:$PATH" NO_COLOR=1 TERM=dumb XDG_CACHE_HOME=$scratch/.cache CHOREBENCH_DATA=$scratch
cc() { "${CC:-gcc}" "$@"; }
export -f cc
export CC=${CC:-gcc}

# Pages may write into scenes/ and tasks/; the rest is only read.
cp -r "$source/scenes" "$source/tasks" "$scratch/"
ln -s "$source/policy_iface" "$scratch/policy_iface"
ln -s "$build" "$scratch/build"

# split PAGE: its fenced blocks as files NNN.<language> in a new folder, whose name is printed
split() {
  local out
  out=$(mktemp -d "$scratch/.page.XXXXXX")
  awk -v out="$out" '
    !inside && /^```[a-z]+$/ { inside = 1; file = sprintf("%s/%03d.%s", out, ++n, substr($0, 4)); printf "" >file; next }
    inside && /^```$/ { inside = 0; close(file); next }
    inside { print >file }' "$1"
  echo "$out"
}

# path_of BLOCK: where its first line says that it belongs, if it does
path_of() {
  sed -n -E '1s,^(# |<!-- |/\* )([A-Za-z0-9_./-]+\.[a-z]+)( -->|:.*)?$,\2,p' "$1"
}

run_block() {
  sed -E "s/--seeds [0-9]+\.\.[0-9]+/--seeds $seeds/" "$1" >"$1.now"
  if [ ! -e "$build/lib/chorebench/chore-render-egl.so" ]; then
    sed -i 's/ --film [^ ]*//' "$1.now" # a build without pixels
  fi
  (cd "$scratch" && bash -euo pipefail "$1.now") >"$1.log" 2>&1 </dev/null || {
    echo "$page: this fails:"
    sed 's/^/    /' "$1.now"
    sed 's/^/    | /' "$1.log" | tail -n 20
    exit 1
  }
}

follow() {
  local page=$1 block path ran=0 written=0 blocks
  blocks=$(split "$source/$page")
  for block in "$blocks"/*; do
    path=$(path_of "$block")
    if [ "${block##*.}" = sh ]; then
      run_block "$block"
      ran=$((ran + 1))
    elif [ -n "$path" ]; then
      mkdir -p "$(dirname "$scratch/$path")"
      cp "$block" "$scratch/$path"
      written=$((written + 1))
    fi
  done
  echo "$page: $written files written, $ran blocks run"
  [ $((ran + written)) -gt 0 ] || { echo "$page has nothing to follow"; exit 1; }
}

while [ $# -gt 0 ]; do
  case $1 in
    --check)
      (cd "$scratch" && bash -euo pipefail "$2") || { echo "$(basename "$2") fails"; exit 1; }
      shift 2
      ;;
    *)
      follow "$1"
      shift
      ;;
  esac
done
