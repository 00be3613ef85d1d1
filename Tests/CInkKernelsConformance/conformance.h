// What the parts of the driver share.
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stddef.h>

// Counts a check, and prints what failed.
void expect(int condition, const char *table, const char *what, size_t a, size_t b);

// Norms, activations, attention and their gradients.
void check_rows(void);

// The updates of optimizers.
void check_optimizers(void);

// Weights in NF4.
void check_normal_float(void);

// Searches of vectors.
void check_vectors(void);

// Searches of sums of scores.
void check_scores(void);

#endif
