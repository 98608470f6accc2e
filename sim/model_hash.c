/* Hash of a compiled model, field by field, so that padding and addresses stay out of it. */
#include <chore/world.h>
#include <mujoco/mjxmacro.h>
#include <mujoco/mujoco.h>

static void add(chore_hash *hash, const void *bytes, size_t len)
{
    if (len > 0) {
        *hash = chore_hash_chain(*hash, bytes, len);
    }
}

static void add_sizes(chore_hash *hash, const mjModel *m)
{
#define X(name) add(hash, &m->name, sizeof m->name);
    MJMODEL_SIZES
#undef X
}

static void add_options(chore_hash *hash, const mjModel *m)
{
#define X(type, name, n)    add(hash, &m->opt.name, sizeof m->opt.name);
#define XVEC(type, name, n) add(hash, m->opt.name, sizeof m->opt.name);
    MJOPTION_FIELDS
#undef X
#undef XVEC
#define X(name, n)    add(hash, &m->stat.name, sizeof m->stat.name);
#define XVEC(name, n) add(hash, m->stat.name, sizeof m->stat.name);
    MJSTATISTIC_FIELDS
#undef X
#undef XVEC
}

static void add_arrays(chore_hash *hash, const mjModel *m)
{
    MJMODEL_POINTERS_PREAMBLE(m)
#define X(type, name, rows, cols) add(hash, m->name, sizeof(type) * (size_t)m->rows * (size_t)(cols));
    MJMODEL_POINTERS
#undef X
        (void)
        nuser_body,
        (void)nuser_jnt, (void)nuser_geom, (void)nuser_site, (void)nuser_cam, (void)nuser_tendon;
    (void)nuser_actuator, (void)nuser_sensor, (void)nq, (void)nv, (void)na, (void)nu, (void)nmocap,
        (void)nplastic;
}

chore_hash chore_model_hash(const mjModel *model)
{
    chore_hash hash = chore_hash_bytes("chore model", 11, 0);
    add_sizes(&hash, model);
    add_options(&hash, model);
    add_arrays(&hash, model);
    return hash;
}
