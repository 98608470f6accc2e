/* Words of the privileged text streams (tasks/README.md): one thing per line, key=value, separated by one blank. */
#ifndef ORACLE_WORDS_H
#define ORACLE_WORDS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tells texts apart, so that an unchanged one need not be read again. */
uint64_t words_key(const char *text);
/* The same carried on over more text; begin with words_key(""). */
uint64_t words_key_on(uint64_t key, const char *text);
/* Value of " key=..." in the line that begins here, up to the next blank. False: not there, or too long for out[cap]. */
bool words_value(const char *line, const char *key, char *out, size_t cap);
bool words_number(const char *line, const char *key, double *out);
#endif
