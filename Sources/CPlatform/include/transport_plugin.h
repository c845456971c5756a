// The table of functions between the runtime and a library that moves bytes between processes. Such a library is
// opened only in a run of several ranks; nothing else of it is known to the runtime.
//
// One thread at a time is inside the library: the caller sees to it. Functions that may fail return 0 or an error code
// that `describe` puts into words.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define LG_TRANSPORT_ABI 1
#define LG_TRANSPORT_ENTRY "lg_transport_table"

// Error codes of the table's own; the library's are positive.
enum {
    LG_TRANSPORT_NO_THREADS = -1, // started by someone else, for one thread only
    LG_TRANSPORT_TAGS = -2,       // too few tags
};

typedef struct lg_transport {
    uint32_t abi;
    // Starts the library, or takes it as another part of the process started it.
    // tag_limit: the largest tag to use in one message space, 0 for what the library allows.
    int32_t (*start)(int32_t *rank, int32_t *rank_count, int64_t tag_limit);
    // Tags from 2^31 on go through a space of their own. `request` becomes 0 when the message is already on its way and
    // the memory free; else it is to be tested. At most 2^30 bytes.
    int32_t (*send)(const void *bytes, size_t count, int32_t to, int64_t tag, uint64_t *request);
    int32_t (*receive)(void *bytes, size_t count, int32_t from, int64_t tag, uint64_t *request);
    // `count` becomes the number of bytes received; it is written when `done` becomes 1.
    int32_t (*test)(uint64_t *request, int32_t *done, int64_t *count);
    int32_t (*probe)(int32_t from, int64_t tag, int32_t *there);
    // Ends all processes of the run. Returns only when that failed.
    void (*abort)(int32_t code);
    // Waits for all ranks and ends the library, unless another part of the process started it.
    void (*stop)(void);
    void (*describe)(int32_t code, char *text, size_t size);
    void (*host)(char *text, size_t size);
} lg_transport;

typedef const lg_transport *(*lg_transport_entry)(void);
