/* Open hands that cloth has come up with: out of it without dragging it along. */
#ifndef ORACLE_FREE_HAND_H
#define ORACLE_FREE_HAND_H
#include "cloth_view.h"
#include "hands.h"

/* Has the cloth come up with the open hand? It does where it had bunched up around the fingers. */
bool free_is_caught(const cloth_view *c, const hands *h, int hand, int garment);
/* Does cloth span the open fingers behind their pads? Wider they only stretch it. */
bool free_is_hooked(const cloth_view *c, const hands *h, int hand, int garment);
/* Down again, out of it along the blades of the fingers, the other way at every second try, and up. */
void free_slip_out(const cloth_view *c, hands *h, int hand, int tries);
/* First well above any heap, where what is near the fingers hangs from them. */
void free_rise(const cloth_view *c, hands *h);
#endif
