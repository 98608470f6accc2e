/* Flat bytes between the harness and chore-policy-host: written in order, read back in the same order, every length
   checked. A reader never trusts what it reads: after the first thing that does not fit everything reads as nothing,
   and `bad` stays set. Numbers in the machine's own order: both sides run on it. */
#ifndef CHORE_HOST_WIRE_INTERNAL_H
#define CHORE_HOST_WIRE_INTERNAL_H
#include <chore/policy_host.h>

typedef struct chore_wire {
    unsigned char *data; /* 8-byte aligned */
    size_t cap, at;      /* writing: room and bytes written; reading: bytes there and place */
    bool bad;
} chore_wire;

void chore_wire_put_bytes(chore_wire *w, const void *bytes, size_t len);
void chore_wire_put_u32(chore_wire *w, uint32_t value);
void chore_wire_put_u64(chore_wire *w, uint64_t value);
void chore_wire_put_f64(chore_wire *w, double value);
void chore_wire_put_text(chore_wire *w, const char *text); /* NULL stays NULL */

const void *chore_wire_get_bytes(chore_wire *w, size_t len); /* into the buffer, 8-byte aligned; NULL when bad */
uint32_t chore_wire_get_u32(chore_wire *w);
uint64_t chore_wire_get_u64(chore_wire *w);
double chore_wire_get_f64(chore_wire *w);
const char *chore_wire_get_text(chore_wire *w); /* into the buffer, terminated; NULL for NULL or bad */

/* Offer and request. What is read points into the buffer and into *memory (malloc'ed, the caller's to free, also when
   the wire went bad). The writer walks older and newer structs alike; a request whose fields cannot be walked is
   written with its fields missing, so that the comparison can say so. */
void chore_wire_put_offer(chore_wire *w, const chore_policy_offer *offer);
void chore_wire_get_offer(chore_wire *w, chore_policy_offer *out, void **memory);
void chore_wire_put_request(chore_wire *w, const chore_policy_request *request);
void chore_wire_get_request(chore_wire *w, chore_policy_request *out, void **memory);
#endif
