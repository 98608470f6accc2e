#!/usr/bin/env bash
# Rendering changes nothing. Skipped (77) where there is no GL.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
plan=(set_aside --policy oracle --seeds "${TRUST_SEEDS:-0..0}")
run ref "${plan[@]}" -j 2 || fail "the run without films"
film=all run filmed "${plan[@]}" -j 2 || fail "the run with films"
same filmed "a film of every episode"
if ! ls filmed/films/*.png >/dev/null 2>&1; then
  grep -q 'no film strips' log || fail "no films, and no word about it"
  echo "skipped: nothing can be drawn here: $(grep 'no film strips' log)"
  exit 77
fi
[ "$(find filmed/films -name '*.png' | wc -l)" = "$(wc -l <got.rows)" ] || fail "films are missing"
