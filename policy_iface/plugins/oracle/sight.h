/* What the robot and its world looked like at one control step: the streams, as they are. NULL: the task does not offer it. */
#ifndef ORACLE_SIGHT_H
#define ORACLE_SIGHT_H
typedef struct sight {
    const char *objects, *goal; /* text streams */
    const float *object_pose, *object_vel, *cloth_pos, *part_pos;
    const float *odometry, *lift; /* NULL: it does not drive */
    const float *joint_pos, *base_pose, *eef_pos, *eef_quat, *gripper_width, *touch;
    const float *puddle, *fill;
    int n_patches; /* rows of puddle */
} sight;
#endif
