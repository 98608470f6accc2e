# shellcheck shell=bash
# What the cases may call, in their own empty folder.

defs=$CHORE_SOURCE_DIR/tasks/defs/dining_table
# shellcheck disable=SC2034 # used by cases
bad_plugins=$CHORE_BUILD_DIR/tests/plugins

# task SED-EXPRESSION...: task.yaml, the task set_aside changed so
task() {
  local args=() e
  for e in "$@"; do args+=(-e "$e"); done
  sed -e '' ${args[@]+"${args[@]}"} "$defs/set_aside.yaml" >task.yaml
  if [ $# -gt 0 ] && cmp -s task.yaml "$defs/set_aside.yaml"; then echo "the edit changed nothing"; return 99; fi
}

# scene SED-EXPRESSION...: scene.yaml, the scene dining_table changed so, and task.yaml in it
scene() {
  local args=() e
  for e in "$@"; do args+=(-e "$e"); done
  sed "${args[@]}" "$CHORE_SOURCE_DIR/scenes/defs/dining_table.yaml" >scene.yaml
  if cmp -s scene.yaml "$CHORE_SOURCE_DIR/scenes/defs/dining_table.yaml"; then echo "the edit changed nothing"; return 99; fi
}

# short_task: task.yaml, two simulated seconds of set_aside: long enough to run, short enough to wait for
short_task() { task 's/^horizon: .*/horizon: 2 s/' 's/window: .*\]/window: [0.5 s, 1 s]/' 's/within: .*/within: 1 s/'; }

# small_run [OPTIONS]: the run folder r, four short episodes of a policy that does nothing
small_run() {
  short_task
  chorebench run task.yaml --policy noop --seeds 0..1 -j 1 --film none -q --out r "$@" >/dev/null 2>small_run.log || cat small_run.log >&2
}

# flip FILE OFFSET: one bit of the byte at that offset (negative: from the end) becomes another
flip() {
  local at=$2 byte
  [ "$at" -ge 0 ] || at=$(($(stat -c %s "$1") + at))
  byte=$(od -An -tu1 -j "$at" -N 1 "$1" | tr -d ' ')
  # shellcheck disable=SC2059 # the format is the byte
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

# bad_program HOW [OPTIONS]: one short episode (SEEDS: others) of tests/plugins/bad_program.py; prints the reason in its row
bad_program() {
  local status=0 how=$1
  shift
  short_task
  cp "$CHORE_SOURCE_DIR/tests/plugins/bad_program.py" .
  chorebench run task.yaml --policy pipe --policy-config "cmd=/usr/bin/python3 $PWD/bad_program.py $how" --allow "processes,read=$PWD" \
    --seeds "${SEEDS:-0..0}" --variant control -j 1 --film none -q --out r "$@" >/dev/null 2>message || status=$?
  [ $status = 0 ] || { cat message >&2; return $status; }
  grep -o '"reason":"\([^"\\]\|\\.\)*"' r/shard-*.jsonl
}

# remote HOW [OPTIONS]: short episodes of tests/plugins/bad_program.py behind the Unix socket s, in the run folder r; prints the reasons in
# their rows. CONNECTIONS: after so many nobody listens any more
remote() {
  local status=0 how=$1 listener
  shift
  short_task
  cp "$CHORE_SOURCE_DIR"/tests/plugins/{bad_program,listener}.py .
  python3 listener.py "${CONNECTIONS:-0}" python3 bad_program.py "$how" 2>/dev/null &
  listener=$!
  until [ -e s ]; do sleep 0.05; done
  chorebench run task.yaml --policy unix:s --variant control -j 1 --film none -q --out r "$@" >/dev/null 2>message || status=$?
  kill $listener 2>/dev/null
  wait $listener 2>/dev/null
  [ $status = 0 ] || { cat message >&2; return $status; }
  grep -ho '"reason":"\([^"\\]\|\\.\)*"' r/shard-*.jsonl
}

# served EXPRESSION [OPTIONS]: short episodes of what chorebench.serve_policy makes of a class or object of tests/python/zoo.py, over the
# socket s (PORT=0: TCP), in the run folder r; prints the reasons in their rows. What the server prints: the file printed
served() {
  local status=0 what=$1 server
  shift
  short_task
  cp "$CHORE_SOURCE_DIR/tests/python/zoo.py" .
  PYTHONPATH=$CHORE_SOURCE_DIR/policy_iface/python python3 -c "import chorebench, zoo; chorebench.serve_policy($what, ${PORT:-'s'})" 2>printed &
  server=$!
  until grep -q TASK printed; do sleep 0.05; done
  chorebench run task.yaml --policy "$(sed -n 's/.*TASK --policy //p' printed)" --variant control --film none -q --out r "$@" >/dev/null 2>message || status=$?
  kill $server 2>/dev/null
  wait $server 2>/dev/null
  [ $status = 0 ] || { cat message >&2; return $status; }
  grep -ho '"reason":"\([^"\\]\|\\.\)*"' r/shard-*.jsonl
}

# zoo NAME [OPTIONS]: one short episode of that policy of tests/python/zoo.py, in the run folder r; prints the reason in its row
zoo() {
  local status=0 name=$1
  shift
  short_task
  cp "$CHORE_SOURCE_DIR/tests/python/zoo.py" .
  chorebench run task.yaml --policy "zoo.py:$name" --seeds 0..0 --variant control -j 1 --film none -q --out r "$@" >/dev/null 2>message ||
    status=$?
  [ $status = 0 ] || { cat message >&2; return $status; }
  grep -o '"reason":"\([^"\\]\|\\.\)*"' r/shard-*.jsonl
}

# png_size FILE: its width and height
png_size() { python3 -c "import sys; d = open(sys.argv[1], 'rb').read(); assert d[1:4] == b'PNG'; print(*(int.from_bytes(d[k:k + 4], 'big') for k in (16, 20)))" "$1"; }

# apng_frames FILE: width, height and number of frames; every chunk's CRC, order and number is checked
apng_frames() {
  python3 - "$1" <<'END'
import sys, zlib
d, at, kinds, numbers = open(sys.argv[1], 'rb').read(), 8, [], []
while at < len(d):
    n = int.from_bytes(d[at:at + 4], 'big')
    kind, body = d[at + 4:at + 8], d[at + 8:at + 8 + n]
    assert zlib.crc32(kind + body) == int.from_bytes(d[at + 8 + n:at + 12 + n], 'big'), kind
    if kind in (b'fcTL', b'fdAT'):
        numbers.append(int.from_bytes(body[:4], 'big'))
    if kind == b'acTL':
        stated = int.from_bytes(body[:4], 'big')
    kinds.append(kind)
    at += 12 + n
assert numbers == list(range(len(numbers))) and kinds[0] == b'IHDR' and kinds[-1] == b'IEND' and stated == kinds.count(b'fcTL')
print(*(int.from_bytes(d[k:k + 4], 'big') for k in (16, 20)), stated, 'frames')
END
}

# fake_ffmpeg SCRIPT: ./ffmpeg, which runs the script with $file, the file that it is to make
fake_ffmpeg() {
  # shellcheck disable=SC2016 # for the script itself
  printf '#!/bin/bash\nfile=${!#}; file=${file#file:}\n%s\n' "$1" >ffmpeg
  chmod +x ffmpeg
}

# remembers CONFIG RULES: these rules on the policy Remembers of tests/python/zoo.py ($keep: another one), as a program
remembers() {
  local python=$CHORE_SOURCE_DIR/policy_iface/python
  cp "$CHORE_SOURCE_DIR/tests/python/zoo.py" .
  cat >serve.sh <<SERVE
exec env PYTHONPATH=$python PYTHONDONTWRITEBYTECODE=1 ${CHOREBENCH_PYTHON:-python3} -c '
import sys, zoo
from chorebench import serve
made = zoo.${keep:-Remembers}
serve.make_policy = lambda found, config, make=serve.make_policy: made("$1") if "$1" else made()
sys.argv = ["serve", "zoo.py:${keep:-Remembers}"]
sys.exit(serve.main())'
SERVE
  chorebench check pipe --policy-config "cmd=cd $PWD && sh serve.sh" --allow "processes,files" --task set_aside --steps 6 --limit 60 --rule "$2"
}
