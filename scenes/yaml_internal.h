/* The node tree that yaml_parse.c builds and yaml_get.c reads. */
#ifndef CHORE_YAML_INTERNAL_H
#define CHORE_YAML_INTERNAL_H
#include "try_internal.h"
#include <chore/yaml.h>

struct chore_yaml_node {
    const chore_yaml *file;
    chore_yaml_kind kind;
    bool quoted;             /* scalar written in quotes or as a block: "" is then a value, not an absence */
    int line, column;        /* 1-based */
    const char *text;        /* scalar */
    int n;                   /* items or pairs */
    chore_yaml_node **keys;  /* map: scalars */
    chore_yaml_node **items; /* list: items; map: values */
};

typedef struct yaml_block yaml_block;

struct chore_yaml {
    char *name;         /* path in messages */
    yaml_block *blocks; /* owns every node and text */
    chore_yaml_node *root;
};

#endif
