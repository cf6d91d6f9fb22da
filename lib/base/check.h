// CHECK(condition): an invariant of ours that input cannot break. Stays on in release builds:
// it is better to stop and be restarted than to write wrong data.
// Apart from result.h because Catch2 has a macro of the same name: include it in .cc files only.
#pragma once

#include <cstdio>
#include <cstdlib>

#define CHECK(condition)                                                                 \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
