/* chorebench policy ABI 1.0: all that a policy sees of the benchmark, and all that the benchmark sees of a
   policy.

   A policy is a shared object with one exported symbol, chore_policy_entry. It needs this file and nothing
   else of chorebench: no library to link, no version to match. policy_easy.h beside it spells the usual case
   in a few lines.

   Life of an instance; a call out of this order must return CHORE_POLICY_ERROR:

       entry, create, negotiate, { reset(slots), (act | observe | feedback)* }*, learn?, save?, destroy

   negotiate may come again later; every slot must then be reset before it acts.

   The promise. Within major 1 nothing is removed, reordered or given another meaning; minors only append to
   the ends of structs and add constants. A struct begins with `struct_size`, set by the side that wrote it; a
   reader never looks past it and takes what is missing as zero. Elements of an array of structs lie
   struct_size of the *first* element apart: walk them with CHORE_POLICY_AT. Only fixed-width integers, float,
   double, pointers and UTF-8 strings cross the border. 64-bit platforms; no hidden padding.

   Memory. Each side frees what it allocated. A pointer given to a call is borrowed until the call returns,
   with three exceptions: the host table outlives every instance, the chore_plugin is static, and what a
   chore_policy_request points to lives until the next negotiate.

   Threads. Calls on one instance never overlap but may come from different threads. Two instances exist in
   one process only with CHORE_CAP_MULTI_INSTANCE. Functions tagged [instance] follow this rule; [any-thread]
   ones may be called at any time from anywhere. A plug-in may start threads: they call nothing of the host
   but log and now_ns, rest while no call is in progress (unless it LEARNS), and are gone when destroy
   returns.

   Manners. A plug-in does not exit or abort on input, install signal handlers, change the working directory,
   the locale, the floating-point environment or environment variables, or write to stdout. It is never
   unloaded by dlclose.

   Units: metre, radian, second, newton; z up; quaternions w x y z, w >= 0; images u8 RGB, row 0 on top. */
#ifndef CHORE_POLICY_H
#define CHORE_POLICY_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define CHORE_POLICY_ABI_MAJOR  1u
#define CHORE_POLICY_ABI_MINOR  0u
#define CHORE_POLICY_ENTRY_NAME "chore_policy_entry"

#if defined(__GNUC__)
#define CHORE_POLICY_EXPORT __attribute__((visibility("default")))
#else
#define CHORE_POLICY_EXPORT
#endif

/* Element `index` of an array of ABI structs, whoever's version of the struct it holds. */
#define CHORE_POLICY_AT(type, array, index) \
    ((const type *)(const void *)((const char *)(array) + (size_t)(index) * (array)->struct_size))

/* Status of a call. Zero: done. Positive: done, with a remark. Negative: not done; last_error says why. */
#define CHORE_POLICY_OK          0
#define CHORE_POLICY_WARN        1    /* done; last_error holds a remark */
#define CHORE_POLICY_DISCARD     (-1) /* this call only; the instance goes on */
#define CHORE_POLICY_ERROR       (-2) /* the slots concerned must be reset before they act again */
#define CHORE_POLICY_FATAL       (-3) /* broken: only last_error is still called, not even destroy */
#define CHORE_POLICY_UNSUPPORTED (-4)
#define CHORE_POLICY_CANCELLED   (-5) /* ended early because the host asked */

/* Capabilities: chore_plugin.caps is what may be claimed at most, chore_policy_request.caps what holds. */
#define CHORE_CAP_BATCH_INVARIANT ((uint64_t)1 << 0) /* a slot's answer does not depend on its batch mates */
#define CHORE_CAP_DETERMINISTIC   ((uint64_t)1 << 1) /* same config, state, seed and history: same bytes */
#define CHORE_CAP_MULTI_INSTANCE  ((uint64_t)1 << 2) /* several instances may live and run in one process */
#define CHORE_CAP_NEEDS_EVERY_OBS ((uint64_t)1 << 3) /* observe is called at control steps without an act */
#define CHORE_CAP_PREFIX          ((uint64_t)1 << 4) /* continues committed rows (real-time chunking) */
#define CHORE_CAP_LEARNS          ((uint64_t)1 << 5) /* has persistent state that feedback and learn change */
#define CHORE_CAP_SAVES_EPISODE   ((uint64_t)1 << 6) /* save and load know CHORE_SCOPE_EPISODE */
#define CHORE_CAP_NEEDS_NET       ((uint64_t)1 << 7)
#define CHORE_CAP_NEEDS_GPU       ((uint64_t)1 << 8)

/* ---- fields: one observation stream or one action component, described to the last word ---------------- */

#define CHORE_FIELD_RGB    1u /* image, three channels */
#define CHORE_FIELD_DEPTH  2u /* image, one channel, metres along the view axis */
#define CHORE_FIELD_VECTOR 3u /* numbers */
#define CHORE_FIELD_TEXT   4u /* UTF-8 */

#define CHORE_DTYPE_U8  1u
#define CHORE_DTYPE_F32 2u
#define CHORE_DTYPE_F64 3u
#define CHORE_DTYPE_I32 4u

#define CHORE_LAYOUT_NONE 0u /* not an image */
#define CHORE_LAYOUT_HWC  1u /* shape: height, width, channels */
#define CHORE_LAYOUT_CHW  2u /* shape: channels, height, width */

#define CHORE_FIT_NATIVE      0u /* as rendered at that size, or not an image */
#define CHORE_FIT_STRETCH     1u /* resized, aspect ratio not kept */
#define CHORE_FIT_LETTERBOX   2u /* resized with black bars */
#define CHORE_FIT_CENTRE_CROP 3u /* the largest centred part of that aspect ratio, resized */

#define CHORE_FLAG_OPTIONAL   1u /* request: go on without it if it is not offered; its stream is then NULL */
#define CHORE_FLAG_PRIVILEGED 2u /* offer: no real robot has it; a result made with it says so for ever */
#define CHORE_FLAG_RESIZABLE  4u /* offer of an image: any size up to the shape may be asked for */
#define CHORE_FLAG_BINARY     8u /* action component: the host thresholds it half way between lo and hi */

/* Values follow each other in C order without gaps: shape {3, 7} is three rows of seven. A slot's share of a
   TEXT stream is a buffer of shape[0] bytes (ndim 1, dtype U8) that holds a terminated UTF-8 string: plain
   memory like any other stream. The host rewrites it only when the text changes, and then raises its version
   (chore_policy_batch.version), which counts anew in each episode. */
typedef struct chore_policy_field {
    uint32_t struct_size;
    uint32_t kind;         /* CHORE_FIELD_ */
    uint32_t dtype;        /* CHORE_DTYPE_; action components are F32 */
    uint32_t layout;       /* CHORE_LAYOUT_ */
    uint32_t fit;          /* CHORE_FIT_ */
    uint32_t ndim;         /* 1 .. 4 */
    uint32_t shape[4];     /* beyond ndim: 0 */
    uint32_t flags;        /* CHORE_FLAG_ */
    uint32_t reserved;     /* 0 */
    const char *name;      /* "cam.wrist" "proprio.joint_pos" "instruction" "act.arm.gripper" */
    const char *repr;      /* what a value is: "rad" "m" "quat_wxyz" "axis_angle" "width_m" "utf8" "srgb" */
    const char *frame;     /* "base" "world" "joint", or "" */
    const char *convert;   /* blank-separated names of conversions: possible (offer), wanted (request). The offered list
                              handed back as it is asks for none. repr, shape and bounds are those after it. */
    const double *lo, *hi; /* bounds per value; NULL: unbounded (offer), not relied on (request) */
    double scale;          /* physical units (those of repr) per 1.0 of the value */
} chore_policy_field;

/* One way to act. An action is the values of its components one after the other, A float32 in all. */
typedef struct chore_policy_mode {
    uint32_t struct_size;
    uint32_t n_components;
    const char *name; /* "joint_pos" "joint_delta" "eef_pose" "eef_delta" "eef_delta_target" */
    const chore_policy_field *components;
} chore_policy_mode;

/* ---- negotiation --------------------------------------------------------------------------------------- */

/* Host to plug-in: everything that could be sent and done in this run. Lives until the host has read the
   request, so a request may point into it. */
typedef struct chore_policy_offer {
    uint32_t struct_size;
    uint32_t n_fields, n_modes, n_rates;
    const chore_policy_field *fields; /* [n_fields] streams */
    const chore_policy_mode *modes;   /* [n_modes] */
    const double *rates_hz;           /* [n_rates] control rates, one of which must be asked for */
    const char *embodiment;           /* "arm/1" */
    double physics_hz;
    uint64_t feedback_kinds;     /* bit CHORE_FEEDBACK_x set: such events may come */
    uint32_t max_batch;          /* slots that may be open at a time: 0 .. max_batch - 1 */
    uint32_t max_horizon;        /* rows of a chunk at most */
    uint32_t delay_steps;        /* control steps that pass during an act, at most; 0: the world waits */
    uint32_t privileged_allowed; /* 0 or 1 */
    uint32_t learning;           /* 0: judged as it is, learn is not called; 1: this run is a lifetime */
    uint32_t reserved;           /* 0 */
} chore_policy_offer;

/* Plug-in to host. The host hands it in zeroed with struct_size set to its room; the plug-in fills what both
   sides know. The host compares every word with the offer and accepts or refuses; it never adapts in silence.
   Streams will come in the order of `fields`. */
typedef struct chore_policy_request {
    uint32_t struct_size;
    uint32_t n_fields, n_components;
    uint32_t max_batch;                   /* slots per call it takes, 1 .. offer's */
    const chore_policy_field *fields;     /* [n_fields] */
    const chore_policy_field *components; /* [n_components] exactly the mode's, in the offered order */
    const char *mode;
    double rate_hz;   /* one of the offered */
    uint32_t horizon; /* H: rows per chunk, 1 .. offer's */
    uint32_t execute; /* s: rows run before the next act, 1 <= s <= H; where s < delay_steps the next act begins when
                         the last answer is in force, further valid rows run meanwhile, then the last is held */
    uint64_t caps;    /* CHORE_CAP_ that hold here, a subset of the plug-in's */
} chore_policy_request;

/* ---- running ------------------------------------------------------------------------------------------- */

/* A slot begins an episode; whatever it held before is over. */
typedef struct chore_policy_episode {
    uint32_t struct_size;
    uint32_t slot;           /* 0 .. offer's max_batch - 1 */
    uint64_t id;             /* opaque, unique in the run */
    uint64_t seed;           /* for the policy's own randomness: same seed, same behaviour */
    const char *instruction; /* UTF-8; may change later: the stream "instruction" holds the present one */
} chore_policy_episode;

#define CHORE_SLOT_FIRST      1u /* first call of this slot's episode */
#define CHORE_SLOT_INTERVENED 2u /* since the last call others' actions were executed */
#define CHORE_SLOT_LATE       4u /* the last answer came after its deadline and was not used */

/* What the policy sees: n slots, any subset in any order. Arrays marked [n] go by position in the call;
   streams and versions lie by slot: the data of stream f for position k begins at (const char *)stream[f] +
   slot[k] * stride[f] (policy_walk.h: chore_stream). */
typedef struct chore_policy_batch {
    uint32_t struct_size;
    uint32_t n;
    uint32_t n_fields;         /* the request's */
    uint32_t delay_max;        /* rows per position in `committed` */
    const uint32_t *slot;      /* [n] no slot twice */
    const uint64_t *step;      /* [n] control steps since reset */
    const double *sim_time;    /* [n] seconds since reset */
    const uint32_t *flags;     /* [n] CHORE_SLOT_ */
    const void *const *stream; /* [n_fields] data of slot 0, read-only; NULL: optional and not there */
    const uint64_t *stride;    /* [n_fields] bytes from slot to slot */
    const uint64_t *const *version; /* [n_fields] NULL, or for TEXT [slot]: 1, then grows as it changes */
    const float *committed; /* [n][delay_max][A] rows that run while this call thinks; NULL without delay */
    const uint32_t *delay;  /* [n] how many of them; NULL without delay */
    uint64_t deadline_ns;   /* on now_ns's clock, advice; 0: none */
} chore_policy_batch;

/* What a policy may say beside what it does, and what about. CANNOT: the job cannot be done, because of what `about`
   names: where that is so it is the right answer, where it is not the episode has failed. DONE and HELP (somebody
   should come) are kept in the record and change nothing. A report is said once, when it first differs from the last
   one; with delay, when the answer arrives. */
#define CHORE_REPORT_NONE   0u /* nothing */
#define CHORE_REPORT_DONE   1u
#define CHORE_REPORT_CANNOT 2u
#define CHORE_REPORT_HELP   3u

#define CHORE_POLICY_ABOUT_CAP 64u /* bytes of `about`, with its terminator */

/* What the policy answers, in the host's buffers. Row 0 is for the present control step; with delay, for the
   step after the committed rows. A value outside its bounds is clamped and counted; one that is not finite
   ends the episode as an error of the policy. */
typedef struct chore_policy_actions {
    uint32_t struct_size;
    uint32_t horizon;  /* H of the request */
    uint32_t dim;      /* A: values of all components */
    uint32_t reserved; /* 0 */
    float *data;       /* [n][horizon][dim] */
    uint32_t *valid;   /* [n] rows written, 1 .. horizon; fewer than `execute`: act is called again sooner */
    int32_t *status;   /* [n] preset to CHORE_POLICY_OK; a negative one ends that slot's episode only */
    uint32_t *report;  /* [n] preset to CHORE_REPORT_NONE; NULL, like about: nobody listens. policy_walk.h: chore_say */
    char *about;       /* [n][CHORE_POLICY_ABOUT_CAP] preset to "": UTF-8, terminated; the thing's name */
} chore_policy_actions;

#define CHORE_FEEDBACK_STEP_REWARD  1u /* value: reward of the step */
#define CHORE_FEEDBACK_OUTCOME      2u /* the episode ended; success, value: progress 0 .. 1, text: why */
#define CHORE_FEEDBACK_INTERVENTION 3u /* actions: n rows [n][A] that were executed instead */
#define CHORE_FEEDBACK_INSTRUCTION  4u /* text: the new instruction */
#define CHORE_FEEDBACK_BIT(kind)    ((uint64_t)1 << (kind))

typedef struct chore_policy_event {
    uint32_t struct_size;
    uint32_t kind; /* CHORE_FEEDBACK_ */
    uint32_t slot;
    uint32_t n;        /* rows in actions */
    uint64_t id, step; /* episode and control step */
    double value;
    const float *actions; /* or NULL */
    const char *text;     /* or NULL */
    uint32_t success;     /* 0 or 1 */
    uint32_t reserved;    /* 0 */
} chore_policy_event;

/* Moves up to n bytes: save's writes from buf, load's reads into buf. Returns the number moved, 0 at the end,
   negative for failure. */
typedef int64_t (*chore_policy_io)(void *ctx, void *buf, uint64_t n);

#define CHORE_SCOPE_EPISODE    1u /* one slot: to resume or branch its episode */
#define CHORE_SCOPE_PERSISTENT 2u /* what was learned; slot is 0 */

/* ---- the two tables ------------------------------------------------------------------------------------ */

#define CHORE_POLICY_LOG_ERROR 0
#define CHORE_POLICY_LOG_WARN  1
#define CHORE_POLICY_LOG_INFO  2
#define CHORE_POLICY_LOG_DEBUG 3

/* Services of the host. Outlives every instance. `ctx` is the first argument of all. */
typedef struct chore_policy_host_table {
    uint32_t struct_size;
    uint32_t abi_major, abi_minor;
    uint32_t reserved; /* 0 */
    void *ctx;
    void (*log)(void *ctx, int32_t level, const char *utf8); /* [any-thread] CHORE_POLICY_LOG_ */
    uint64_t (*now_ns)(void *ctx);                           /* [any-thread] monotonic; never for behaviour */
    int32_t (*cancelled)(void *ctx);                         /* [any-thread] nonzero: return soon */
    const void *(*extension)(void *ctx, const char *id);     /* [instance] see policy_extensions.h; or NULL */
} chore_policy_host_table;

typedef struct chore_policy_instance chore_policy_instance; /* the plug-in's, opaque to the host */

/* What a plug-in is. Static storage. Everything up to last_error is required. */
typedef struct chore_plugin {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor; /* CHORE_POLICY_ABI_MAJOR and _MINOR it was compiled with */
    uint64_t caps;
    const char *name, *version, *licence;

    /* [instance] config: UTF-8, "" when none was given. NULL: failed, and err says why (terminated, at most
       err_cap bytes). */
    chore_policy_instance *(*create)(const chore_policy_host_table *host, const char *config, char *err,
                                     uint32_t err_cap);

    /* [instance] */
    void (*destroy)(chore_policy_instance *self);
    int32_t (*negotiate)(chore_policy_instance *self, const chore_policy_offer *offer,
                         chore_policy_request *request);
    int32_t (*reset)(chore_policy_instance *self, uint32_t n, const chore_policy_episode *episodes);
    int32_t (*act)(chore_policy_instance *self, const chore_policy_batch *batch,
                   chore_policy_actions *actions);

    /* [instance] UTF-8, never NULL, valid until the next call on this instance; "" when nothing is known. */
    const char *(*last_error)(chore_policy_instance *self);

    /* ---- from here on NULL means "does not have it" ---- */

    /* [instance] The same as act without an answer, at control steps where no act is due; called for
       CHORE_CAP_NEEDS_EVERY_OBS. */
    int32_t (*observe)(chore_policy_instance *self, const chore_policy_batch *batch);

    /* [instance] Only events of the offered kinds. */
    int32_t (*feedback)(chore_policy_instance *self, uint32_t n, const chore_policy_event *events);

    /* [instance] Between episodes of a learning run; the time is charged. `report`: a line for the record. */
    int32_t (*learn)(chore_policy_instance *self, uint64_t budget_ns, char *report, uint32_t report_cap);

    /* [instance] `scope`: CHORE_SCOPE_. What is saved is opaque to the host, which keeps its hash. */
    int32_t (*save)(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                    void *ctx);
    int32_t (*load)(chore_policy_instance *self, uint32_t scope, uint32_t slot, chore_policy_io io,
                    void *ctx);

    /* [any-thread] End the call in progress soon, with CHORE_POLICY_CANCELLED: it takes too long, and so will its
       process be ended. It may come when the call has just ended. */
    void (*cancel)(chore_policy_instance *self);

    /* [instance] A struct named by id, or NULL. */
    const void *(*extension)(chore_policy_instance *self, const char *id);
    /* end of 1.0; append below */
} chore_plugin;

/* The one exported symbol. Returns NULL when it does not speak the host's major. */
typedef const chore_plugin *(*chore_policy_entry_fn)(uint32_t abi_major, uint32_t abi_minor);
CHORE_POLICY_EXPORT const chore_plugin *chore_policy_entry(uint32_t abi_major, uint32_t abi_minor);

#ifdef __cplusplus
}
#endif
#endif
