// The files of the page for browsers, which the compiler puts into the program.
//
// They lie in ../Page as they are written. `#embed` (C23, in clang since version 19) includes their bytes and tells the
// build when one of them changes; generated Swift or C arrays of the same size take ten times as long to compile, and a
// bundle of resources would have to travel beside the program.
#ifndef CINKPAGE_H
#define CINKPAGE_H

#include <stddef.h>

/// How many files there are.
size_t ink_page_count(void);

/// The name of a file, such as `page.html`; an empty string for an index that is not smaller than the count.
const char *_Nonnull ink_page_name(size_t index);

/// The size of a file in bytes; 0 for an index that is not smaller than the count.
size_t ink_page_size(size_t index);

/// Copies a file into memory of `capacity` bytes. Returns how many were copied: the size, or 0 if there is too little room.
size_t ink_page_copy(size_t index, unsigned char *_Nonnull target, size_t capacity);

#endif
