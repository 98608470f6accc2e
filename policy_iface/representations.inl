/* Every representation that the boundary can turn into another one of its kind, once.
   CHORE_REPRESENTATION(symbol, name, kind, n, meaning): `name` is what fields say in `repr` and ask for in `convert`; n values.
   ROTATION: any into any. OPENING: how far a gripper is open; any into any, given the gripper's width. PLANAR: where a driving base stands;
   the first one into the others, for reading only. */
CHORE_REPRESENTATION(QUAT_WXYZ, "quat_wxyz", ROTATION, 4, "unit quaternion, w first, w >= 0; any length and sign is taken")
CHORE_REPRESENTATION(QUAT_XYZW, "quat_xyzw", ROTATION, 4, "the same, w last")
CHORE_REPRESENTATION(AXIS_ANGLE, "axis_angle", ROTATION, 3, "rotation vector, the shorter way round: 0 to pi rad")
CHORE_REPRESENTATION(AXIS_ANGLE_DOWN, "axis_angle_down", ROTATION, 3, "rotation vector of the quaternion with x >= 0, up to 2 pi rad: steady about a hand that points down, as LIBERO's data have it")
CHORE_REPRESENTATION(RPY, "rpy", ROTATION, 3, "roll, pitch, yaw in rad about the fixed axes x, then y, then z")
CHORE_REPRESENTATION(ROTMAT, "rotmat", ROTATION, 9, "rotation matrix, row by row; taken by its first two columns")
CHORE_REPRESENTATION(ROT6D_COLS, "rot6d_cols", ROTATION, 6, "the first two columns of the matrix, one after the other")
CHORE_REPRESENTATION(ROT6D_ROWS, "rot6d_rows", ROTATION, 6, "the first two rows of the matrix, one after the other")
CHORE_REPRESENTATION(ROT6D_INTERLEAVED, "rot6d_interleaved", ROTATION, 6, "the first two columns, row by row: three pairs")
CHORE_REPRESENTATION(WIDTH_M, "width_m", OPENING, 1, "distance between the pads in metres")
CHORE_REPRESENTATION(OPEN_01, "open_01", OPENING, 1, "0 closed, 1 open")
CHORE_REPRESENTATION(CLOSE_01, "close_01", OPENING, 1, "0 open, 1 closed")
CHORE_REPRESENTATION(OPEN_PM1, "open_pm1", OPENING, 1, "-1 closed, +1 open")
CHORE_REPRESENTATION(CLOSE_PM1, "close_pm1", OPENING, 1, "-1 open, +1 closed")
CHORE_REPRESENTATION(CLOSE_255, "close_255", OPENING, 1, "0 open, 255 closed")
CHORE_REPRESENTATION(FINGER_PAIR, "finger_pair", OPENING, 2, "positions in metres of two fingers that move apart: +width/2, -width/2")
CHORE_REPRESENTATION(PLANAR, "m,m,rad", PLANAR, 3, "x, y and heading of a base")
CHORE_REPRESENTATION(PLANAR_POS, "planar_pos", PLANAR, 3, "x, y, 0 in metres")
CHORE_REPRESENTATION(PLANAR_QUAT_XYZW, "planar_quat_xyzw", PLANAR, 4, "the heading as a quaternion about z, w last, w >= 0")
