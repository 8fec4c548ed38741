#pragma once
// What a processor can be told and Swift has no word for.

/// Begins to fetch the cache line of an address, and waits for nothing; any address will do.
static inline void mg_prefetch(const void *address) { __builtin_prefetch(address); }
