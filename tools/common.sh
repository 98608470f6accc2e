# shellcheck shell=bash
# Sourced by demo.sh, test.sh and tools/setup.sh: messages, configure and build.

: "${top:?the project root, set by whoever sources this}"

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  c_bold=$'\033[1m' c_red=$'\033[31m' c_dim=$'\033[2m' c_off=$'\033[0m'
else
  c_bold='' c_red='' c_dim='' c_off=''
fi

say() { printf '%s%s%s\n' "$c_bold" "$*" "$c_off" >&2; }
note() { printf '%s%s%s\n' "$c_dim" "$*" "$c_off" >&2; }
die() {
  printf '%serror:%s %s\n' "$c_red" "$c_off" "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# chore_preset_dir PRESET: where a preset builds
chore_preset_dir() { [ "$1" = release ] && echo "$top/build" || echo "$top/build/$1"; }

# chore_build PRESET TARGET...: configures when that was never done (or with another MuJoCo), then builds
chore_build() {
  local preset=$1 dir log started=$SECONDS
  shift
  dir=$(chore_preset_dir "$preset")
  log=$dir/setup.log
  mkdir -p "$dir"
  if [ ! -f "$dir/build.ninja" ] || [ "$(cat "$dir/.mujoco_root" 2>/dev/null)" != "${MUJOCO_ROOT:-}" ]; then
    say "Configuring ($preset)"
    (cd "$top" && cmake --preset "$preset" --fresh) >"$log" 2>&1 ||
      { sed -n '/^CMake Error/,/^Call Stack/p' "$log" | grep -v '^Call Stack' >&2; rm -f "$dir/build.ninja"; die "configuring failed; the whole output is in ${log#"$top"/}"; }
    printf '%s' "${MUJOCO_ROOT:-}" >"$dir/.mujoco_root"
    say "Building ($preset)"
  fi
  # ninja's own progress when a person watches, else only what failed
  if [ -t 2 ]; then
    (cd "$dir" && ninja "$@") >&2 || die "the build failed (see above)"
  else
    (cd "$dir" && ninja "$@") >"$log" 2>&1 ||
      { grep -v '^\[' "$log" | head -n 60 >&2; die "the build failed; the whole output is in ${log#"$top"/}"; }
  fi
  [ $((SECONDS - started)) -lt 3 ] || note "built in $((SECONDS - started)) s"
}
