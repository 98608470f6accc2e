/* The second half of a physics step, and what is done where MuJoCo's solver went astray.

   The sparse Newton solver of MuJoCo 4.0.0 factors a wrong matrix where rows of the mass matrix that are alike
   hang together with different things (its issue 3767, mended in 4.0.1): a hand whose left finger touches one
   thing and whose right finger another. Mostly it only takes longer; now and then it stops far from the
   solution, at forces that nothing balances, and a bottle of 110 g left the hand at 247 m/s. What a solve leaves
   of the gradient tells the two apart: at most 1e-2 where it ended well, 1 and more where it did not. Such a
   step is taken back and done again with conjugate gradients, which factor nothing. All other steps are what
   mj_step does. */
#include "world_internal.h"

static const double ASTRAY = .1;       /* of a solve's last gradient, as MuJoCo scales it */
static const int CG_ITERATIONS = 2000; /* 513 were the most that were needed in 600 such steps */
enum { KEPT = mjSTATE_FULLPHYSICS | mjSTATE_WARMSTART };

/* Of the first mjNISLAND islands; MuJoCo tells no more of others. The robot, the first tree, is in one of them. */
static bool went_astray(const mjData *d)
{
    const int n = d->nisland < 1 ? 1 : d->nisland < mjNISLAND ? d->nisland : mjNISLAND;
    for (int i = 0; d->nefc > 0 && i < n; i++) {
        const int last = (d->solver_niter[i] < mjNSOLVER ? d->solver_niter[i] : mjNSOLVER) - 1;
        if (last >= 0 && !(d->solver[i * mjNSOLVER + last].gradient < ASTRAY)) {
            return true;
        }
    }
    return false;
}

void chore_world_finish_step(chore_world *world)
{
    const mjModel *m = world->model;
    mjData *d = world->data;
    /* `discrete` changes the constraints as it goes: its steps cannot be done twice; its scenes have CG */
    const bool watch = m->opt.solver == mjSOL_NEWTON && m->opt.integrator != mjINT_DISCRETE && d->nefc > 0;
    double *state = (double *)(void *)world->image;
    int *sleep = (int *)(void *)(state + mj_stateSize(m, KEPT));
    if (watch) {
        mj_getState(m, d, state, KEPT);
        chore_world_save_sleep(world, sleep);
    }
    mj_step2(m, d);
    if (watch && went_astray(d)) {
        mjModel patient = *m; /* the same arrays */
        patient.opt.solver = mjSOL_CG;
        patient.opt.iterations = CG_ITERATIONS;
        mj_setState(m, d, state, KEPT);
        chore_world_load_sleep(world, sleep);
        mj_step2(&patient, d);
    }
}

/* Whatever the reason: what is simulated after it proves nothing, as after MuJoCo's own warnings. */
int chore_world_too_fast(const chore_world *world)
{
    for (int i = 0; i < world->n_objects; i++) {
        const int body = world->objects[i].body;
        if (mju_norm3(world->data->qvel + world->model->body_dofadr[body]) > CHORE_MAX_SPEED) {
            return i;
        }
    }
    return -1;
}
