/* A small robot world on paper for the tests of the policy host: an offer, and memory behind it. */
#ifndef CHORE_TEST_POLICY_FIXTURE_H
#define CHORE_TEST_POLICY_FIXTURE_H
#include <chore/policy_host.h>

#define FIXTURE_SLOTS      3
#define FIXTURE_MAX_VALUES 512 /* float words of one slot's share of a stream */

/* Everything is offered; privileged streams are allowed. Change what a test needs. */
typedef struct fixture {
    chore_policy_field fields[8];
    chore_policy_field joint_pos[2], eef_pose[3], eef_delta[3];
    chore_policy_mode modes[3];
    chore_policy_offer offer;
    double rates[1];
    /* one call */
    float memory[8][FIXTURE_SLOTS][FIXTURE_MAX_VALUES]; /* by offered field */
    uint64_t versions[FIXTURE_SLOTS];
    const void *stream[8];
    uint64_t stride[8];
    const uint64_t *version[8];
    uint32_t slot[FIXTURE_SLOTS], flags[FIXTURE_SLOTS];
    uint64_t step[FIXTURE_SLOTS];
    double sim_time[FIXTURE_SLOTS];
    chore_policy_batch batch;
    float data[FIXTURE_SLOTS * 64];
    uint32_t valid[FIXTURE_SLOTS];
    int32_t status[FIXTURE_SLOTS];
    uint32_t report[FIXTURE_SLOTS];
    char about[FIXTURE_SLOTS][CHORE_POLICY_ABOUT_CAP];
    chore_policy_actions actions;
} fixture;

enum {
    JOINT_TARGET,
    GRIPPER_WIDTH,
    EEF_POS,
    EEF_QUAT,
    BASE_POSE,
    INSTRUCTION,
    CAM_TABLE,
    OBJECT_POSE,
    FIXTURE_FIELDS
};

void fixture_init(fixture *f);

/* Load a plug-in of <build>/tests/plugins (or a real one by name), negotiate, reset slots 0 .. n-1 with seeds
   seed, seed+1, ... Fails the test when any of it fails. */
chore_policy_profile fixture_profile(void); /* of $CHORE_TEST_PROFILE, else inproc: the same tests hold for all */
chore_status fixture_load(chore_policy_host **host, const char *plugin, const char *config,
                          chore_policy_extension_fn extension, void *ctx, chore_error *err);
chore_policy_host *fixture_open(const char *plugin, const char *config);
const chore_policy_request *fixture_negotiate(fixture *f, chore_policy_host *host);
void fixture_reset(chore_policy_host *host, uint32_t n, uint64_t seed);

/* Point batch and actions at n slots (in the given order; NULL: 0, 1, 2), control step `step` at 20 Hz. */
void fixture_batch(fixture *f, const chore_policy_request *request, uint32_t n, const uint32_t *slots,
                   uint64_t step);

/* Path of a test plug-in: <build>/tests/plugins/<name>.so; static. */
const char *fixture_plugin(const char *name);

#endif
