#!/usr/bin/env bash
# Makes this checkout ready to build on Debian 12+ or Ubuntu 24.04+: installs the missing apt packages and fetches
# MuJoCo 4.0.0 into .deps/ (pinned by SHA-256, nothing of it leaves this folder). A second run does nothing.
#
#   tools/setup.sh [--tests] [--check]
#
#   --tests   also what only the tests need (a C++ compiler, numpy, a virtual screen)
#   --check   only say what is missing; exit 1 when something is
#
# MUJOCO_ROOT=<folder of MuJoCo 4.0.0>, or an installed CMake package of that version, saves the download. Without a
# network: put the wheel that tools/mujoco.sha256 names into .deps/ and run again.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/common.sh
. "$top/tools/common.sh"

version=4.0.0
tests=0 check=0
for arg in "$@"; do
  case $arg in
    --tests) tests=1 ;;
    --check) check=1 ;;
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $arg (try --help)" ;;
  esac
done

packages=(gcc libc6-dev cmake ninja-build pkg-config python3-pip
  libjansson-dev libyaml-dev libzstd-dev libxxhash-dev libmd-dev libpopt-dev libpng-dev libcmocka-dev
  libegl-dev libegl1 libegl-mesa0 libgl1-mesa-dri) # the last three: offscreen pixels without a GPU
packages+=(libglfw3-dev libgl1) # the window chorebench-view, and nothing else
[ $tests = 0 ] || packages+=(g++ python3-numpy xvfb xdotool) # a virtual screen, and hands for it
optional=()
[ $tests = 0 ] || optional=(abigail-tools) # abidiff; where apt has none, the tests that want it are skipped
modules=(jansson yaml-0.1 libzstd libxxhash libmd popt libpng cmocka egl) # the same, where there is no dpkg

deps=$top/.deps
mkdir -p "$deps" 2>/dev/null || die "cannot write to $deps"

# The stamp holds what was set up; one line of text, compared, so that a second run costs no more than this.
stamp_file=$deps/setup.stamp
[ $tests = 0 ] || stamp_file=$deps/setup-tests.stamp
stamp=$(cat "$top/tools/setup.sh" "$top/tools/mujoco.sha256" | cksum)
have_mujoco() { [ -n "${MUJOCO_ROOT:-}" ] || [ -e "$deps/mujoco/libmujoco.so.$version" ] || [ -e "$deps/mujoco.package" ]; }
if [ "$(cat "$stamp_file" 2>/dev/null)" = "$stamp" ] && have_mujoco; then
  exit 0
fi

# One set-up at a time; the lock goes with the process, so nothing is left behind by Ctrl-C.
exec 9>"$deps/lock"
if ! flock -n 9; then
  note "another set-up is running in this checkout; waiting for it"
  flock 9
fi
work=$(mktemp -d "$deps/tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'echo >&2; note "interrupted; run it again to continue"; exit 130' INT TERM
log=$deps/setup.log
: >"$log"

arch=$(uname -m)
case $arch in
  x86_64 | aarch64) ;;
  arm64) arch=aarch64 ;;
  *) die "no MuJoCo $version library is published for this machine ($arch); x86_64 and aarch64 work" ;;
esac
[ "$(uname -s)" = Linux ] || die "chorebench runs on Linux, not on $(uname -s)"
if [ "$arch" = x86_64 ] && ! grep -q -m 1 -w avx /proc/cpuinfo; then
  die "the MuJoCo library needs a processor with AVX, which this one has not"
fi

# ---- packages ---------------------------------------------------------------------------------------------------
missing_packages() {
  local p
  for p in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || echo "$p"
  done
}

install_packages() {
  local as_root=() apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120)
  local line="apt-get install --no-install-recommends $*"
  say "Missing packages: $*"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "packages are missing and there is no sudo; as root, run:" "$line"
    if ! sudo -n true 2>/dev/null; then
      [ -t 0 ] || die "packages are missing and sudo wants a password, but nobody is at the terminal; run:" "sudo $line"
      note "installing them needs administrator rights; sudo asks for your password"
      sudo -v || die "no administrator rights; ask somebody who has them to run:" "$line"
    fi
    as_root=(sudo)
  fi
  note "installing them: $line"
  # The first try uses the lists that are there; where they are absent or too old, a second one refreshes them.
  if ! "${as_root[@]}" "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1 9>&-; then
    "${as_root[@]}" "${apt[@]}" update >>"$log" 2>&1 9>&- ||
      die "apt-get update failed; is there a network? The output is in .deps/setup.log"
    "${as_root[@]}" "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1 9>&- ||
      { grep -E '^(E|W|Err)' "$log" | tail -n 4 >&2; die "the packages could not be installed; the output is in .deps/setup.log" \
        "Is there a network? Is this Debian 12+ or Ubuntu 24.04+?"; }
  fi
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    [ $check = 0 ] || die "missing packages: ${missing[*]}"
    install_packages "${missing[@]}"
  fi
  for package in "${optional[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ] || continue
    if [ $check = 0 ] && apt-cache show "$package" >/dev/null 2>&1; then
      install_packages "$package"
    else
      note "no package $package: what wants it is skipped"
    fi
  done
else
  missing=()
  for tool in cc cmake ninja pkg-config python3; do command -v $tool >/dev/null || missing+=("$tool"); done
  for module in "${modules[@]}"; do pkg-config --exists "$module" 2>/dev/null || missing+=("$module (pkg-config)"); done
  [ ${#missing[@]} -eq 0 ] || die "this is no apt system, so these must be installed by hand:" "${missing[@]}"
fi

cmake_version=$(cmake --version 2>/dev/null | sed -n '1s/[^0-9]*\([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
read -r major minor <<<"${cmake_version:-0 0}"
[ "$major" -gt 3 ] || [ "$minor" -ge 25 ] ||
  die "CMake 3.25 or newer is needed, found $major.$minor ($(command -v cmake || echo none)); Debian 12+ and Ubuntu 24.04+ have it"

# ---- MuJoCo -----------------------------------------------------------------------------------------------------
# package_has_mujoco: an installed CMake package of the right version, where find_package looks
package_has_mujoco() {
  local prefix file IFS=':;'
  for prefix in ${CMAKE_PREFIX_PATH:-} ${PATH//\/bin/} /usr/local /usr; do
    for file in "$prefix"/lib/cmake/mujoco/mujocoConfigVersion.cmake "$prefix"/lib/*/cmake/mujoco/mujocoConfigVersion.cmake; do
      [ -f "$file" ] && grep -q "PACKAGE_VERSION \"$version\"" "$file" && return 0
    done
  done
  return 1
}

unpack_wheel() { # WHEEL: only the library, its headers and the licences; then one rename
  python3 - "$1" "$work/unpacked" <<'PY' 9>&- || die "the wheel could not be unpacked: $1"
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    keep = ("mujoco/include/", "mujoco/libmujoco.so")
    names = [n for n in wheel.namelist() if n.startswith(keep) or "/licenses/" in n]
    wheel.extractall(sys.argv[2], names)
PY
  mv "$work/unpacked"/*.dist-info/licenses "$work/unpacked/mujoco/licenses"
  chmod -R a+rX "$work/unpacked/mujoco"
  [ -e "$work/unpacked/mujoco/libmujoco.so.$version" ] || die "the wheel holds no libmujoco.so.$version: $1"
  rm -rf "$deps/mujoco"
  mv "$work/unpacked/mujoco" "$deps/mujoco"
}

fetch_mujoco() {
  local want name wheel got python=python3
  read -r want name < <(grep "_$arch\.whl\$" "$top/tools/mujoco.sha256")
  wheel=$deps/$name
  if [ ! -f "$wheel" ]; then
    say "Fetching MuJoCo $version (9 MB)"
    # the system's own pip where there is one: a virtual environment in the way may hold none
    ! /usr/bin/python3 -m pip --version >/dev/null 2>&1 || python=/usr/bin/python3
    # a fixed tag, not this machine's python: the same file, hence the same library, for everybody
    $python -m pip download -q --disable-pip-version-check --no-cache-dir --no-deps --only-binary=:all: \
      --implementation cp --python-version 311 --abi cp311 --platform "manylinux_2_28_$arch" \
      -d "$work" "mujoco-core==$version" >>"$log" 2>&1 9>&- ||
      { grep -i -E '^(ERROR|error)' "$log" | tail -n 3 >&2; die "MuJoCo could not be fetched with pip; is there a network? The output is in .deps/setup.log" \
        "Without one: put $name into .deps/ and run again," "or set MUJOCO_ROOT to a folder that holds MuJoCo $version."; }
    wheel=$work/$name
    [ -f "$wheel" ] || die "pip fetched another file than $name:" "$(cd "$work" && ls -- *.whl 2>/dev/null)"
  fi
  got=$(sha256sum "$wheel" | cut -d ' ' -f 1)
  [ "$got" = "$want" ] || die "the MuJoCo wheel is not the pinned one; nothing was unpacked" "file     ${wheel##*/}" "expected $want" "got      $got"
  unpack_wheel "$wheel"
}

rm -f "$deps/mujoco.package"
if [ -n "${MUJOCO_ROOT:-}" ]; then
  [ -e "$MUJOCO_ROOT" ] || die "MUJOCO_ROOT is set to $MUJOCO_ROOT, which does not exist"
elif package_has_mujoco; then
  : >"$deps/mujoco.package"
elif [ ! -e "$deps/mujoco/libmujoco.so.$version" ]; then
  [ $check = 0 ] || die "MuJoCo $version is missing"
  fetch_mujoco
fi

[ $check = 1 ] || printf '%s\n' "$stamp" >"$stamp_file"
