#!/usr/bin/env bash
# What holds for every file of the project: no path of somebody's machine, no tabs or trailing blanks in code, scripts
# that can run and that shellcheck accepts (where it is installed). Files that have grown long are named, not refused.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
failed=0

# What is committed or about to be; without git (an archive, a bare machine) everything but what is made here.
mapfile -t files < <(
  { git -c safe.directory="$PWD" ls-files --cached --others --exclude-standard 2>/dev/null ||
    find . -type f -not -path './.git/*' -not -path './build/*' -not -path './.deps/*' -not -path './runs/*' | sed 's|^\./||'; } |
    while IFS= read -r file; do [ ! -f "$file" ] || echo "$file"; done | sort -u)

# report TITLE: lines on stdin are breaches
report() {
  local lines
  lines=$(cat)
  [ -z "$lines" ] || { echo "$1"; printf '%s\n' "$lines" | sed 's/^/  /'; failed=1; }
}

slash=/ # kept apart, so that this file passes its own check
report "paths of one machine:" < <(printf '%s\0' "${files[@]}" |
  xargs -0 grep -I -n -E "(^|[^A-Za-z0-9_.}\$~*/-])$slash(home|root|work|srv|Users)/[A-Za-z]" | cut -c 1-120)

code=() scripts=()
for file in "${files[@]}"; do
  case $file in
    *.c | *.h | *.inl | *.cmake | *CMakeLists.txt | *.yaml) code+=("$file") ;;
    *.sh | .ci/run) scripts+=("$file") ;;
  esac
done
report "tabs or trailing blanks:" < <(grep -n -E $'\t|[ \t]$' "${code[@]}" | cut -c 1-100)
report "scripts without the executable bit:" < <(
  for file in "${scripts[@]}"; do
    if head -n 1 "$file" | grep -q '^#!' && [ ! -x "$file" ]; then echo "$file"; fi
  done)
if command -v shellcheck >/dev/null; then
  report "shellcheck:" < <(shellcheck -x -f gcc "${scripts[@]}")
else
  echo "files: no shellcheck, scripts were not checked"
fi

for file in "${code[@]}"; do
  case $file in *.c | *.h) ;; *) continue ;; esac
  lines=$(wc -l <"$file")
  [ "$lines" -le 600 ] || echo "warning: $file has $lines lines; does it still hold one concept?"
done

[ $failed = 1 ] || echo "files: ${#files[@]} are in order"
exit $failed
