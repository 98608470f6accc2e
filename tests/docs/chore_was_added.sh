#!/usr/bin/env bash
# After following scenes/README.md and tasks/README.md: object and task are known, and the task is one.
chorebench list objects | grep -q '^jar '
chorebench list tasks | grep -q '^put_jar_aside '

# rates RUN: "<variant> <episodes> <successes>", one line per variant
rates() {
  python3 -c "import json, sys
for c in json.load(open(sys.argv[1] + '/summary.json'))['cells']:
    print(c['variant'], c['episodes'], c['successes'])" "$1"
}

# every variant ALL|NONE of RUN's episodes succeeded
succeeded() {
  rates "$2" | awk -v want="$1" '{ n++; bad += $2 < 1 || $3 != (want == "ALL" ? $2 : 0) } END { exit !(n == 2 && !bad) }' ||
    { echo "$2: expected $1 to succeed:"; rates "$2"; exit 1; }
}
succeeded ALL runs/jar
succeeded NONE runs/jar-noop
