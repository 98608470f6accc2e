/* Every predicate once: CHORE_PREDICATE(name, settled, argument kinds (three, NONE where there is none), meaning).
   settled = 1: it also wants the item released (no part of the robot touches it) and at rest, wherever it is used.
   From here come the parser's words, the argument checks, `chorebench list predicates`, README.md's table and the list
   of fixtures that tests/unit/test_predicates.c insists on. The function of a row is chorei_predicate_<name> in
   predicates.c, predicates_cloth.c or predicates_lid.c (of fixtures: predicates_part.c; of what is said: report.c). An item is an object or a garment. */
CHORE_PREDICATE(inside,    1, ITEM, CONTAINER, NONE,
    "centre of mass and at least 60 % of the volume (of a garment: 90 % of the vertices) in the receptacle's cavity, the region's box or the fixture's space; a receptacle stands upright and at rest")
CHORE_PREDICATE(on,        1, OBJECT, SUPPORT, NONE,
    "touches the support and is carried by it: its centre of mass is above the support's surface, its underside at it")
CHORE_PREDICATE(in_region, 1, ITEM, REGION, NONE,
    "centre of mass above the region's floor area, underside at its floor (1 cm below to 2 cm above)")
CHORE_PREDICATE(in_slot,   1, OBJECT, RACK, NONE,
    "stands on edge in a slot_N of the rack: centre of mass near the slot's middle, face within 25 deg of the slot's")
CHORE_PREDICATE(in_cell,   1, OBJECT, CELLS, NONE,
    "stands upright (15 deg) on a cell_N of the rack, its foot within 3 cm of the cell's middle and 1 cm of its height")
CHORE_PREDICATE(upright,   1, OBJECT, ANGLE, NONE,
    "its own up is within the angle of the world's up")
CHORE_PREDICATE(near,      0, THING, THING, LENGTH,
    "the two centres (of mass of items, of regions' floors, the nearest tool point for gripper) are at most this far apart")
CHORE_PREDICATE(touching,  0, ITEM, BODY, NONE,
    "the two are in contact")
CHORE_PREDICATE(grasped,   0, ITEM, NONE, NONE,
    "touches both pads of one gripper")
CHORE_PREDICATE(released,  0, ITEM, NONE, NONE,
    "no part of the robot touches it")
CHORE_PREDICATE(at_rest,   0, ITEM, NONE, NONE,
    "asleep, or its centre of mass slower than 5 mm/s and its turning slower than 0.05 rad/s; of a garment nine of ten vertices slower than 2 cm/s and its centre of mass slower than 1 cm/s")
CHORE_PREDICATE(lifted,    0, ITEM, LENGTH, NONE,
    "centre of mass at least this much higher than where the item came in (start of the episode, or its event)")
CHORE_PREDICATE(on_floor,  0, ITEM, NONE, NONE,
    "its lowest point is at the room's floor (within 3 mm)")
CHORE_PREDICATE(moved_less_than, 0, ITEM, LENGTH, NONE,
    "centre of mass closer than this to where the item came in (start of the episode, or its event)")
CHORE_PREDICATE(robot_clear, 0, ITEM, LENGTH, NONE,
    "every tool point of the robot is at least this far from the item's centre of mass")
CHORE_PREDICATE(gripper_empty, 0, NONE, NONE, NONE,
    "no item touches both pads of a gripper")
CHORE_PREDICATE(folded,    1, GARMENT, NONE, NONE,
    "all steps of one of its ways to be folded are done: key points, outline, area and thickness within the garment's tolerances")
CHORE_PREDICATE(half_folded, 1, GARMENT, NONE, NONE,
    "at least half of the steps of one of its ways are done, somewhat less exactly")
CHORE_PREDICATE(unfolded,  1, GARMENT, NONE, NONE,
    "nothing of it is folded away; wrinkles may be")
CHORE_PREDICATE(flat,      1, GARMENT, NONE, NONE,
    "one layer, nothing folded away, hardly a wrinkle")
CHORE_PREDICATE(draped,    1, GARMENT, RAIL, NONE,
    "lies on the fixture's bar, 15 % of its area or more hangs 8 cm below the bar's top on either side, nothing at the floor")
CHORE_PREDICATE(piled,     1, GARMENT, REGION, NONE,
    "in the region, whose garments are one pile: each lies on the one below, middle over middle, the lowest on the region's floor")
CHORE_PREDICATE(sorted,    1, GARMENT, RECEPTACLE, TRAIT,
    "of this kind or colour, inside the receptacle, and no garment of another kind or colour is inside it")
CHORE_PREDICATE(aside,     1, GARMENT, REGION, NONE,
    "lies on the region's floor, 95 % of its vertices above it, neither on nor under another garment")
CHORE_PREDICATE(closed,    1, LIDDED, NONE, NONE,
    "stands upright (20 deg), every flap or lid of it within 15 deg of shut, each layer over those that shut before it; a fixture's door is within 3 deg, its drawer within 1 cm of shut")
CHORE_PREDICATE(open,      1, LIDDED, NONE, NONE,
    "stands upright (20 deg), every flap or lid of it at least 75 deg from shut; a fixture's door is at least 60 deg, its drawer 15 cm from shut")
CHORE_PREDICATE(on_top,    1, OBJECT, RECEPTACLE, NONE,
    "inside the receptacle, and nothing else in it lies on it: what touches it is not above its middle and over its footprint")
CHORE_PREDICATE(raised,    1, FOLDABLE, WALL, NONE,
    "its bottom lies level (10 deg), and this wall of it stands, within 15 deg of upright")
CHORE_PREDICATE(erected,   1, FOLDABLE, NONE, NONE,
    "all walls of it are raised, its lid is closed, and what is to be tucked in lies behind its wall, below the rim")
CHORE_PREDICATE(broken,    0, BREAKABLE, NONE, NONE,
    "it was hit too hard; in its place there are its shards")
CHORE_PREDICATE(shards_in, 0, BREAKABLE, CONTAINER, NONE,
    "it is broken, and all its shards are `inside` the receptacle or region")
CHORE_PREDICATE(amid_shards, 0, ITEM, LENGTH, NONE,
    "a shard that lies still, in no receptacle, has its centre of mass at most this far from the item's")
CHORE_PREDICATE(pressed,   0, SHARD, FORCE, NONE,
    "a part of the robot pressed on it with more than this, on average over the last control step; a pinch counts once")
CHORE_PREDICATE(filled,    0, VESSEL, VOLUME, NONE,
    "this much or more is in it")
CHORE_PREDICATE(spilled,   0, VESSEL, VOLUME, NONE,
    "more than this has run over its rim since the start")
CHORE_PREDICATE(dry,       0, REGION, NONE, NONE,
    "less than half a millilitre of liquid lies on the region's floor")
CHORE_PREDICATE(reported,  0, APPLIANCE, NONE, NONE,
    "the policy said that it cannot do the job because of it, when it had failed for good and been tried often enough")
