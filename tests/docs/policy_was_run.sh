#!/usr/bin/env bash
# After following policy_iface/README.md: the policy that is printed there really does the chore.
python3 - <<'END'
import json
cells = json.load(open("runs/push/summary.json"))["cells"]
control = [c for c in cells if c["variant"] == "control"]
assert len(control) == 1 and control[0]["policy"] == "push", cells
assert control[0]["successes"] == control[0]["episodes"] > 0, control
END
