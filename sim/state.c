/* Snapshot, restore, hash. A snapshot is a header and then, contiguous: mjSTATE_INTEGRATION, qacc_smooth, the
   control state, that of the carrier (if the robot drives), the state of breakable bodies and of liquids (if there are any), and the sleep bookkeeping. The hash covers all but the header.

   mj_getState leaves out what sleep needs. Besides the integers, that is qacc_smooth: integrator `discrete`
   carries the value that a tree had when it fell asleep into qacc_warmstart, which matters on the day it wakes.
   (Found by measuring MuJoCo 4.0.0; test_state restores all along a scene with sleepers that get bumped awake.) */
#include "world_internal.h"
#include <string.h>

typedef struct snapshot_header {
    char magic[8];
    uint64_t bytes; /* of the whole snapshot */
    chore_hash model;
    uint64_t n_state, control_bytes, n_sleep, control_hz;
} snapshot_header;

static const char MAGIC[8] = "chsnap1";

/* Sleep bookkeeping of mjData: visit every field; counters first. */
#define SLEEP_FIELDS(X, m)                                                                         \
    X(&d->ntree_awake, 1)                                                                          \
    X(&d->nbody_awake, 1) X(&d->nparent_awake, 1) X(&d->nv_awake, 1) X(d->tree_asleep, (m)->ntree) \
        X(d->tree_awake, (m)->ntree) X(d->body_awake, (m)->nbody) X(d->body_awake_ind, (m)->nbody) \
            X(d->parent_awake_ind, (m)->nbody) X(d->dof_awake_ind, (m)->nv)

size_t chore_world_sleep_ints(const mjModel *m)
{
    return (size_t)(4 + 2 * m->ntree + 3 * m->nbody + m->nv);
}

static size_t breaks_bytes(const chore_world *world)
{
    return (size_t)world->n_breakables * sizeof(break_state);
}

static size_t carrier_bytes(const chore_world *world)
{
    return world->embodiment.drives ? sizeof world->carrier_control : 0;
}

/* Of the controllers, of what can break, of liquids. */
static size_t control_bytes(const chore_world *world)
{
    return sizeof(chore_control_state) + carrier_bytes(world) + breaks_bytes(world) +
           (world->liquid ? sizeof(liquid_state) : 0);
}

static void save_control(const chore_world *world, unsigned char *to)
{
    memcpy(to, &world->control, sizeof world->control);
    to += sizeof world->control;
    memcpy(to, &world->carrier_control, carrier_bytes(world));
    to += carrier_bytes(world);
    if (world->n_breakables > 0) {
        memcpy(to, world->breaks, breaks_bytes(world));
    }
    to += breaks_bytes(world);
    if (world->liquid) {
        memcpy(to, world->wet, sizeof *world->wet);
    }
}

static void load_control(chore_world *world, const unsigned char *from)
{
    memcpy(&world->control, from, sizeof world->control);
    from += sizeof world->control;
    memcpy(&world->carrier_control, from, carrier_bytes(world));
    from += carrier_bytes(world);
    if (world->n_breakables > 0) {
        memcpy(world->breaks, from, breaks_bytes(world));
    }
    from += breaks_bytes(world);
    if (world->liquid) {
        memcpy(world->wet, from, sizeof *world->wet);
    }
}

static size_t round_up(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

size_t chore_world_snapshot_bytes(const chore_world *world)
{
    return sizeof(snapshot_header) + world->n_state * sizeof(double) + control_bytes(world) +
           round_up(world->n_sleep * sizeof(int));
}

/* Entries of an index list beyond its count are leftovers of earlier steps: they do not act, so they do not
   belong in. */
static void clear_unused(int *list, int used, int total)
{
    for (int i = used; i < total; i++) {
        list[i] = 0;
    }
}

void chore_world_save_sleep(const chore_world *world, int *to)
{
    const mjModel *m = world->model;
    const mjData *d = world->data;
    int *at = to;
#define SAVE(field, n)                            \
    memcpy(at, field, sizeof(int) * (size_t)(n)); \
    at += (n);
    SLEEP_FIELDS(SAVE, m)
#undef SAVE
    int *body_list = to + 4 + 2 * m->ntree + m->nbody;
    clear_unused(body_list, d->nbody_awake, (int)m->nbody);
    clear_unused(body_list + m->nbody, d->nparent_awake, (int)m->nbody);
    clear_unused(body_list + 2 * m->nbody, d->nv_awake, (int)m->nv);
}

void chore_world_load_sleep(chore_world *world, const int *from)
{
    const mjModel *m = world->model;
    mjData *d = world->data;
#define LOAD(field, n)                              \
    memcpy(field, from, sizeof(int) * (size_t)(n)); \
    from += (n);
    SLEEP_FIELDS(LOAD, m)
#undef LOAD
}

/* Everything after the header, into world->image. */
static void save_content(const chore_world *world)
{
    const size_t nv = (size_t)world->model->nv, tail = round_up(world->n_sleep * sizeof(int));
    double *state = (double *)(void *)world->image;
    unsigned char *control = (unsigned char *)(state + world->n_state);
    unsigned char *sleep = control + control_bytes(world);
    mj_getState(world->model, world->data, state, mjSTATE_INTEGRATION);
    mju_copy(state + world->n_state - nv, world->data->qacc_smooth, (int)nv);
    save_control(world, control);
    memset(sleep + tail - 8, 0, 8);
    chore_world_save_sleep(world, (int *)(void *)sleep);
}

static snapshot_header header_of(const chore_world *world)
{
    snapshot_header header = {.bytes = chore_world_snapshot_bytes(world),
                              .model = world->model_hash,
                              .n_state = world->n_state,
                              .control_bytes = control_bytes(world),
                              .n_sleep = world->n_sleep,
                              .control_hz = (uint64_t)world->control_hz};
    memcpy(header.magic, MAGIC, sizeof header.magic);
    return header;
}

void chore_world_snapshot(const chore_world *world, void *out)
{
    snapshot_header header = header_of(world);
    unsigned char *to = out;
    save_content(world);
    memcpy(to, &header, sizeof header);
    memcpy(to + sizeof header, world->image, header.bytes - sizeof header);
}

chore_hash chore_world_hash(const chore_world *world)
{
    save_content(world);
    return chore_hash_bytes(world->image, chore_world_snapshot_bytes(world) - sizeof(snapshot_header), 0);
}

/* Every tree awake for one pass, so that what sleeping trees keep precomputed is computed for all of them;
   then let those sleep that slept, and compute what a step leaves behind. */
static void restore_data(void *ctx)
{
    chore_world *world = ctx;
    mjData *d = world->data;
    const double *state = (const double *)(const void *)world->image;
    const unsigned char *rest = world->image + world->n_state * sizeof(double);
    mjModel awake = *world->model;
    awake.opt.enableflags &= ~mjENBL_SLEEP;
    mj_resetData(world->model, d);
    mj_setState(world->model, d, state, mjSTATE_INTEGRATION);
    mj_forward(&awake, d);
    mj_setState(world->model, d, state, mjSTATE_INTEGRATION);
    mju_copy(d->qacc_smooth, state + world->n_state - world->model->nv, (int)world->model->nv);
    chore_world_load_sleep(world, (const int *)(const void *)(rest + control_bytes(world)));
    mj_step1(world->model, d);
}

chore_status chore_world_restore(chore_world *world, const void *snapshot, size_t len, chore_error *err)
{
    snapshot_header header, own = header_of(world);
    if (len < sizeof header || memcmp(snapshot, MAGIC, sizeof MAGIC) != 0) {
        return chore_fail(err, CHORE_E_FILE, "not a snapshot (%zu bytes)", len);
    }
    memcpy(&header, snapshot, sizeof header);
    if (!chore_hash_equal(header.model, own.model)) {
        char theirs[CHORE_HASH_HEX_CAP], ours[CHORE_HASH_HEX_CAP];
        chore_hash_hex(header.model, theirs);
        chore_hash_hex(own.model, ours);
        return chore_fail(err, CHORE_E_FILE, "the snapshot belongs to another model (%s, this world has %s)",
                          theirs, ours);
    }
    if (memcmp(&header, &own, sizeof own) != 0 || len != own.bytes) {
        return chore_fail(
            err, CHORE_E_FILE, "the snapshot is of another world (%zu bytes at %llu Hz, expected %llu at %d)",
            len, (unsigned long long)header.control_hz, (unsigned long long)own.bytes, world->control_hz);
    }
    memcpy(world->image, (const unsigned char *)snapshot + sizeof header, own.bytes - sizeof header);
    load_control(world, world->image + world->n_state * sizeof(double));
    world->failed = false;
    chore_status status = chore_mj_try(restore_data, world, err);
    if (status == CHORE_OK) {
        status = chore_world_check_warnings(world, err);
    }
    if (status != CHORE_OK) {
        chore_world_fail(world, err);
    }
    return status;
}
