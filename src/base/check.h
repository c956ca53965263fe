#pragma once
// PODMOAT_CHECK: ends the program on a mistake of ours. Never for what an input can cause.
#include <cstdio>
#include <cstdlib>

#define PODMOAT_CHECK(condition)                                                           \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      std::fprintf(stderr, "%s:%d: internal error: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                        \
    }                                                                                      \
  } while (false)
