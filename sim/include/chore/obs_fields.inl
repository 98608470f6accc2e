/* Every observation field the world can sense, once. Dimensions: 0 stands for a size known at run time.
   CHORE_OBS(symbol, name, per, dim, repr, frame, privileged, meaning)
   per: ARM (one row per arm, values of the arms follow each other) | CARRIER (one row if the robot drives) | OBJECT (one row per object) | VERTEX (one row per
   vertex of the model's flexes, in the model's order) | PART (one row per joint that chore_world_part lists) |
   VESSEL, PATCH (rows of worlds with liquids: liquid.h) | WORLD
   dim: values per row; 0 = joints of the arm */
CHORE_OBS(JOINT_POS,    "proprio.joint_pos",     ARM,    0, "rad",        "joint", 0, "measured joint positions")
CHORE_OBS(JOINT_VEL,    "proprio.joint_vel",     ARM,    0, "rad/s",      "joint", 0, "measured joint velocities")
CHORE_OBS(JOINT_TARGET, "proprio.joint_target",  ARM,    0, "rad",        "joint", 0, "the controller's joint targets")
CHORE_OBS(JOINT_TORQUE, "proprio.joint_torque",  ARM,    0, "N.m",        "joint", 0, "actuator torques")
CHORE_OBS(EEF_POS,      "proprio.eef_pos",       ARM,    3, "m",          "base",  0, "tool site position")
CHORE_OBS(EEF_QUAT,     "proprio.eef_quat",      ARM,    4, "quat_wxyz",  "base",  0, "tool site orientation, w >= 0")
CHORE_OBS(EEF_VEL,      "proprio.eef_vel",       ARM,    6, "m/s,rad/s",  "base",  0, "tool site linear then angular velocity")
CHORE_OBS(GRIPPER_WIDTH,"proprio.gripper_width", ARM,    1, "width_m",    "",      0, "distance between the pads")
CHORE_OBS(TOUCH,        "proprio.touch",         ARM,    2, "N",          "",      0, "normal force on the left and right pad")
CHORE_OBS(BASE_POSE,    "proprio.base_pose",     ARM,    7, "m,quat_wxyz","world", 0, "pose of the arm's base")
CHORE_OBS(ODOMETRY,     "proprio.odometry",      CARRIER,3, "m,m,rad",    "odom",  0, "pose of the driving base: x, y, heading in (-pi, pi], in the frame in which it stood at the start; exact")
CHORE_OBS(ODOMETRY_VEL, "proprio.odometry_vel",  CARRIER,3, "m/s,m/s,rad/s","odom",0, "its velocity")
CHORE_OBS(LIFT,         "proprio.lift",          CARRIER,1, "m",          "",      0, "how far the lift is up")
CHORE_OBS(TIME,         "time.elapsed",          WORLD,  1, "s",          "",      0, "simulated time since the episode began")
CHORE_OBS(OBJECT_POSE,  "privileged.object_pose",OBJECT, 7, "m,quat_wxyz","world", 1, "body frame of each object, present or parked")
CHORE_OBS(OBJECT_VEL,   "privileged.object_vel", OBJECT, 6, "m/s,rad/s",  "world", 1, "linear then angular velocity of each object's body frame")
CHORE_OBS(CLOTH_POS,    "privileged.cloth_pos",  VERTEX, 3, "m",          "world", 1, "position of each vertex of each garment, present or parked")
CHORE_OBS(PART_POS,     "privileged.part_pos",   PART,   1, "rad|m",      "joint", 1, "angle or travel of what hinges and slides on objects and fixtures")
CHORE_OBS(FILL,         "privileged.fill",       VESSEL, 1, "ml",         "",      1, "what is in each vessel, in the order of the text's vessel lines")
CHORE_OBS(PUDDLE,       "privileged.puddle",     PATCH,  4, "m,ml",       "world", 1, "where a patch of a puddle lies, and how much; 0 ml: nothing there")
