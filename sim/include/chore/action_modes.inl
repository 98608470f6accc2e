/* Every action mode once: symbol, name in offers and files, what it means. Per arm the components follow in the order of
   its components in embodiment.c, arms in the embodiment's order. */
CHORE_ACTION_MODE(CHORE_MODE_JOINT_POS,   "joint_pos",   "joint positions, absolute")
CHORE_ACTION_MODE(CHORE_MODE_JOINT_DELTA, "joint_delta", "joint positions relative to the last target")
CHORE_ACTION_MODE(CHORE_MODE_EEF_POSE,    "eef_pose",    "tool pose in the arm's base frame, absolute")
CHORE_ACTION_MODE(CHORE_MODE_EEF_DELTA,   "eef_delta",   "tool motion in the base frame relative to the present tool pose")
CHORE_ACTION_MODE(CHORE_MODE_EEF_DELTA_TARGET, "eef_delta_target", "tool motion in the base frame relative to the last target")
