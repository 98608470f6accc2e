#!/usr/bin/env bash
# The policy interface's structs against what was promised (policy.abi): abidiff, of libabigail, reads both. Only new members at the
# ends of structs pass.
#
#   abidiff.sh check   the header as it is
#   abidiff.sh self    changes that must not pass, and one that must
#   abidiff.sh write   the promise anew: after something was appended on purpose; `git diff` then shows additions only
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
promise=$here/policy.abi
for tool in abidw abidiff; do
  command -v $tool >/dev/null || {
    echo "there is no $tool here: this was not tested (apt-get install abigail-tools)"
    exit 77
  }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# build INCLUDES: the structs of these headers as $scratch/types.so
build() {
  "${CC:-cc}" -std=c11 -gdwarf-4 -shared -fPIC -fvisibility=hidden -I "$1" -o "$scratch/types.so" "$here/types.c"
}

# compare: 0 when $scratch/types.so keeps the promise; else its differences are printed. What abidiff lists below a struct is either a
# member that was appended (at an offset not below the size that was promised), or something else.
compare() {
  local report status=0
  report=$(abidiff --leaf-changes-only --no-show-locs --no-corpus-path --no-architecture "$promise" "$scratch/types.so" 2>&1) || status=$?
  ((status & 3)) && { echo "$report"; return 1; } # abidiff itself failed
  awk '
    /functions summary:|variables summary:/ { if ($0 !~ / 0 Removed, 0 Changed/) bad = 1; next }
    /summary:/ || /^$/ { next }
    /^.struct .* changed:$/ { promised = -1; next }
    /^  type size changed from [0-9]+ to [0-9]+ / { promised = $5; if ($7 + 0 < $5 + 0) bad = 1; next }
    /^  [0-9]+ data member insertions?:$/ { next }
    /^    .*, at offset [0-9]+ / { if (promised < 0 || $0 ~ /deletion/) bad = 1; offset = $0; sub(/.*, at offset /, "", offset); if (offset + 0 < promised + 0) bad = 1; next }
    { bad = 1 }
    END { exit bad }' <<<"$report" && return 0
  echo "$report"
  return 1
}

# try KEEPS|BREAKS WHAT SED: what is said of the header after a change
try() {
  local verdict=KEEPS headers=$scratch/headers
  rm -rf "$headers"
  mkdir -p "$headers"
  cp -r "$top/policy_iface/abi/chore" "$headers/"
  sed -i "$3" "$headers/chore/policy.h"
  if cmp -s "$headers/chore/policy.h" "$top/policy_iface/abi/chore/policy.h"; then
    echo "$2: the header has no such line any more"
    failed=1
    return
  fi
  build "$headers"
  compare >"$scratch/said" || verdict=BREAKS
  [ $verdict = "$1" ] || {
    echo "$2: expected $1, and it is said: $verdict"
    cat "$scratch/said"
    failed=1
  }
}

case ${1:-check} in
  check)
    build "$top/policy_iface/abi"
    compare || {
      echo "the policy interface is not what was promised: within a major only the ends of structs grow (tests/abi/README.md)"
      exit 1
    }
    ;;
  self)
    failed=0
    try KEEPS "a member more at the end" 's|^    char \*about; .*|&\n    uint64_t *more;|'
    try KEEPS "two of them" 's|^    char \*about; .*|&\n    uint64_t *more, *most;|'
    try BREAKS "a member more in the middle" 's|^    uint32_t \*valid; |    uint64_t *more;\n&|'
    try BREAKS "the last member less" '/^    uint64_t deadline_ns; /d'
    try BREAKS "another type of the same size" 's|^    int32_t \*status; |    int64_t *status; |'
    try BREAKS "a wider member" 's|^    uint32_t slot;           /\* 0|    double slot;           /* 0|'
    try BREAKS "two members exchanged" 's|^    const char \*name, \*version, \*licence;|    uint64_t odd;\n    const char *version, *licence;|'
    try BREAKS "another result" 's|^    void (\*cancel)(|    int32_t (*cancel)(|'
    try BREAKS "another argument" 's|uint64_t budget_ns, char \*report|uint32_t budget_ns, char *report|'
    exit $failed
    ;;
  write)
    build "$top/policy_iface/abi"
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --no-architecture --no-parameter-names \
      --type-id-style hash "$scratch/types.so" | sed "s|path=.*/types.c|path='types.c|" >"$promise"
    ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
