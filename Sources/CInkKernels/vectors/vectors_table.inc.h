// Everything that one instruction set's table holds.
#include "vectors_scores.inc.h"
#include "vectors_scan.inc.h"
#include "vectors_walk.inc.h"
#include "vectors_links.inc.h"

const ink_vector_kernels INK_NAME(ink_vector_kernels) = {
    .name = INK_STRING(INK_SET),
    .exact = INK_NAME(exact),
    .guide = INK_NAME(guide),
    .scan = INK_NAME(scan),
    .scan_many = INK_NAME(scan_many),
    .candidate = INK_NAME(candidate),
    .descend = INK_NAME(descend),
    .walk = INK_NAME(walk),
    .offer = INK_NAME(offer),
    .choose = INK_NAME(select_links),
    .link = INK_NAME(link),
    .repair = INK_NAME(repair),
};
