#!/usr/bin/env bash
# Every #include of the sources against layers.txt: a <chore/…> header of a folder that may not be used, a third-party
# header where it does not belong (MuJoCo in policy_iface/, EGL outside render/), a private header of another folder.
#
#   tests/lint/layers.sh [ROOT]        prints file:line for each breach; exit 1 when there is one
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${1:-$(cd "$here/../.." && pwd)}
cd "$root"

folders=()
for folder in bench policy_iface render scenes sim tasks tests view; do [ ! -d $folder ] || folders+=("$folder"); done
find "${folders[@]}" -type f \( -name '*.c' -o -name '*.h' -o -name '*.inl' \) | sort |
  awk -v table="$here/layers.txt" '
    function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
    # layer_of: the longest row that the path starts with
    function layer_of(path,   l, best) {
      best = ""
      for (l in row) if (index(path, l "/") == 1 && length(l) > length(best)) best = l
      return best
    }
    function allowed(list, word,   n, a, i) {
      n = split(list, a, " ")
      for (i = 1; i <= n; i++) if (a[i] == word) return 1
      return 0
    }
    function breach(text) { printf "%s:%d: %s\n", file, line, text; breaches++ }
    BEGIN {
      while ((getline text < table) > 0) {
        if (text ~ /^[ \t]*(#|$)/) continue
        split(text, col, "|")
        row[trim(col[1])] = trim(col[2]); third[trim(col[1])] = trim(col[3])
      }
      n_libc = split("assert ctype dirent dlfcn endian errno fcntl fenv float fnmatch ftw getopt glob inttypes iso646 libgen limits " \
        "locale malloc math netdb poll pthread regex sched semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool stddef " \
        "stdint stdio stdlib stdnoreturn string strings sysexits syslog termios time ucontext unistd wchar", names, " ")
      for (i = 1; i <= n_libc; i++) libc[names[i] ".h"] = 1
    }
    { files[++n_files] = $0; n = split($0, part, "/"); base = part[n]
      if ($0 ~ /\/chore\/[^\/]*$/) public["chore/" base] = layer_of($0) }
    END {
      for (f = 1; f <= n_files; f++) {
        file = files[f]; line = 0; mine = layer_of(file)
        dir = file; sub(/[^\/]*$/, "", dir)
        while ((getline text < file) > 0) {
          line++
          if (text !~ /^[ \t]*#[ \t]*include[ \t]*[<"]/) continue
          header = text; sub(/^[ \t]*#[ \t]*include[ \t]*[<"]/, "", header); sub(/[>"].*/, "", header)
          first = header; sub(/\/.*/, "", first)
          if (file == "policy_iface/abi/chore/policy.h" && header != "stddef.h" && header != "stdint.h") {
            breach("the policy ABI includes <stddef.h> and <stdint.h> and nothing else, not " header); continue
          }
          if (first == "chore") {
            owner = public[header]
            if (owner == "") breach("no folder has a public header " header)
            else if (owner != mine && !allowed(row[mine], owner)) breach(mine "/ may not use " owner "/ (" header ")")
          } else if (header ~ /_internal\.h$/ || text ~ /include[ \t]*"/) {
            if (header ~ /\.\.\// && mine != "tests") breach("a private header of another folder: " header)
          } else if (libc[header] || first == "sys" || first == "linux" || first == "arpa" || first == "netinet") {
          } else if (header == "chore_build_info.h" || header == "chore_paths.h") {
            if (mine !~ /^(sim\/base|bench|tests)$/) breach("generated headers are for sim/base/, bench/ and tests/, not for " mine "/: " header)
          } else if (!allowed(third[mine], first)) {
            breach(mine "/ may not use the third-party header " header " (tests/lint/layers.txt)")
          }
        }
        close(file)
      }
      if (!breaches) printf "layers: %d files follow the law\n", n_files
      exit (breaches > 0)
    }'
