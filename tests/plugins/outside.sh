#!/usr/bin/env bash
# An installation, and a policy that knows nothing but it: found by find_package(chorebench) and by pkg-config, built from
# the skeleton, run by the installed program.
#
#   CC=gcc CMAKE=cmake tests/plugins/outside.sh
set -euo pipefail
: "${CHORE_BUILD_DIR:?the build to install}" "${CHORE_SOURCE_DIR:?its source}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${CMAKE:-cmake}" --install "$CHORE_BUILD_DIR" --prefix "$scratch/first" >"$scratch/log" 2>&1 ||
  { tail -n 5 "$scratch/log"; echo "the installation failed"; exit 1; }
mv "$scratch/first" "$scratch/there" # nothing in it may know where it was put first
unset CHOREBENCH_DATA CHOREBENCH_PLUGINS CHOREBENCH_PROGRAMS
export XDG_CACHE_HOME=$scratch/cache NO_COLOR=1

mkdir "$scratch/mine"
cd "$scratch/mine"
cp "$CHORE_SOURCE_DIR/policy_iface/plugins/skeleton/skeleton.c" .
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(mine C)
find_package(chorebench 0.1 REQUIRED)
chorebench_add_policy(mine skeleton.c)
file(WRITE "${CMAKE_BINARY_DIR}/program" "${CHOREBENCH_PROGRAM}")
file(WRITE "${CMAKE_BINARY_DIR}/abi" "${CHOREBENCH_POLICY_ABI}")
END
build() { "${CMAKE:-cmake}" -S . -B build "-DCMAKE_PREFIX_PATH=$scratch/there" && "${CMAKE:-cmake}" --build build; }
build >log 2>&1 || { tail -n 8 log; echo "find_package(chorebench): the policy was not built"; exit 1; }
[ "$(cat build/abi)" = 1.0 ] || { echo "CHOREBENCH_POLICY_ABI is $(cat build/abi)"; exit 1; }

export PKG_CONFIG_PATH=$scratch/there/lib/pkgconfig
# shellcheck disable=SC2046 # flags are words
${CC:-cc} -shared -fPIC $(pkg-config --cflags chorebench) -o plain.so skeleton.c -lm
[ "$(pkg-config --variable=policy_abi chorebench)" = 1.0 ] || { echo "pkg-config knows another ABI"; exit 1; }

program=$(cat build/program)
sed -e 's/^horizon: .*/horizon: 1 s/' -e 's/window: .*\]/window: [0.5 s, 0.8 s]/' -e 's/within: .*/within: 0.2 s/' \
  "$scratch/there/share/chorebench/tasks/defs/dining_table/set_aside.yaml" >task.yaml
for policy in build/mine.so ./plain.so; do
  for profile in inproc host; do
    out=${policy##*/}-$profile
    "$program" run task.yaml --policy "$policy" --profile $profile --seeds 0..0 -j 1 --film none -q --out "$out" >log 2>&1 ||
      { cat log; echo "$policy did not run by profile $profile"; exit 1; }
    grep -q '"outcome":"timeout"' "$out"/shard-*.jsonl || { cat "$out"/shard-*.jsonl; echo "$policy: another outcome"; exit 1; }
  done
done
echo "two builds of the skeleton run against an installation"
