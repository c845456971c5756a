// MPI behind the table of functions in transport_plugin.h. The only file that knows MPI.
//
// A caller's tags have 31 bits; some MPIs have fewer. The upper bits then choose one of several communicators, in which
// the lower ones are the tag. Reserved tags (2^31 and above) have a communicator of their own.
#include "transport_plugin.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(MPI_Request) <= sizeof(uint64_t), "a request must fit into 64 bits");

enum { LARGEST_SPACE_COUNT = 256 };

static MPI_Comm *spaces;
static MPI_Comm reserved;
static int64_t tags_per_space;
static int started_here;

static const int64_t caller_tags = (int64_t)1 << 31;

static int32_t make_spaces(int64_t tag_limit) {
    int *largest = NULL, known = 0;
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, &largest, &known);
    tags_per_space = (known ? (int64_t)*largest : 32767) + 1;
    if (tag_limit > 0 && tag_limit < tags_per_space) tags_per_space = tag_limit + 1;
    int64_t count = (caller_tags + tags_per_space - 1) / tags_per_space;
    if (count > LARGEST_SPACE_COUNT) return LG_TRANSPORT_TAGS;
    spaces = calloc((size_t)count, sizeof *spaces);
    for (int64_t k = 0; k < count; k++) {
        int code = MPI_Comm_dup(MPI_COMM_WORLD, &spaces[k]);
        if (code != MPI_SUCCESS) return code;
        MPI_Comm_set_errhandler(spaces[k], MPI_ERRORS_RETURN);
    }
    int code = MPI_Comm_dup(MPI_COMM_WORLD, &reserved);
    if (code == MPI_SUCCESS) MPI_Comm_set_errhandler(reserved, MPI_ERRORS_RETURN);
    return code;
}

static int32_t start(int32_t *rank, int32_t *rank_count, int64_t tag_limit) {
    int running = 0, level = 0;
    MPI_Initialized(&running);
    if (running) {
        MPI_Query_thread(&level);
    } else {
        // Open MPI sends at once up to 4 KB on one machine and asks first above; what a rank needs of its neighbours
        // is often a little more. The user's own setting comes first.
        setenv("OMPI_MCA_btl_vader_eager_limit", "32768", 0);
        int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
        if (code != MPI_SUCCESS) return code;
        started_here = 1;
    }
    if (level < MPI_THREAD_SERIALIZED) return LG_TRANSPORT_NO_THREADS;
    int number, count;
    MPI_Comm_rank(MPI_COMM_WORLD, &number);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    *rank = number;
    *rank_count = count;
    return make_spaces(tag_limit);
}

static MPI_Comm space(int64_t tag, int *tag_there) {
    if (tag >= caller_tags) {
        *tag_there = (int)(tag - caller_tags);
        return reserved;
    }
    *tag_there = (int)(tag % tags_per_space);
    return spaces[tag / tags_per_space];
}

static uint64_t bits_of(MPI_Request request) {
    uint64_t bits = 0;
    memcpy(&bits, &request, sizeof request);
    return bits;
}

static int32_t send_bytes(const void *bytes, size_t count, int32_t to, int64_t tag, uint64_t *bits) {
    int tag_there, done = 0;
    MPI_Comm there = space(tag, &tag_there);
    MPI_Request request;
    int code = MPI_Isend(bytes, (int)count, MPI_BYTE, to, tag_there, there, &request);
    if (code != MPI_SUCCESS) return code;
    code = MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    *bits = done ? 0 : bits_of(request);
    return code;
}

static int32_t receive_bytes(void *bytes, size_t count, int32_t from, int64_t tag, uint64_t *bits) {
    int tag_there;
    MPI_Comm there = space(tag, &tag_there);
    MPI_Request request;
    int code = MPI_Irecv(bytes, (int)count, MPI_BYTE, from, tag_there, there, &request);
    if (code == MPI_SUCCESS) *bits = bits_of(request);
    return code;
}

static int32_t test(uint64_t *bits, int32_t *done, int64_t *count) {
    MPI_Request request;
    MPI_Status status;
    int over = 0;
    memcpy(&request, bits, sizeof request);
    int code = MPI_Test(&request, &over, &status);
    *bits = bits_of(request);
    *done = over;
    if (over && code == MPI_SUCCESS && count) {
        int received = 0;
        MPI_Get_count(&status, MPI_BYTE, &received);
        *count = received;
    }
    if (code != MPI_SUCCESS) {
        int kind;
        MPI_Error_class(code, &kind);
        if (kind == MPI_ERR_TRUNCATE && count) { // A longer message than the buffer.
            *done = 1;
            *count = -1;
            return 0;
        }
    }
    return code;
}

static int32_t probe(int32_t from, int64_t tag, int32_t *there) {
    int tag_there, found = 0;
    MPI_Comm where = space(tag, &tag_there);
    int code = MPI_Iprobe(from, tag_there, where, &found, MPI_STATUS_IGNORE);
    *there = found;
    return code;
}

static void abort_run(int32_t code) { MPI_Abort(MPI_COMM_WORLD, code); }

static void stop(void) {
    int over = 0;
    MPI_Finalized(&over);
    if (started_here && !over) MPI_Finalize();
}

static void describe(int32_t code, char *text, size_t size) {
    char words[MPI_MAX_ERROR_STRING + 1] = "";
    int length = 0;
    switch (code) {
    case LG_TRANSPORT_NO_THREADS:
        snprintf(text, size, "MPI was started by another library, for use by one thread only");
        return;
    case LG_TRANSPORT_TAGS: snprintf(text, size, "this MPI has too few message tags"); return;
    default:
        MPI_Error_string(code, words, &length);
        snprintf(text, size, "%s", words);
    }
}

static void host(char *text, size_t size) {
    char name[MPI_MAX_PROCESSOR_NAME + 1] = "";
    int length = 0;
    MPI_Get_processor_name(name, &length);
    snprintf(text, size, "%s", name);
}

static const lg_transport table = {
    .abi = LG_TRANSPORT_ABI, .start = start, .send = send_bytes, .receive = receive_bytes,
    .test = test, .probe = probe, .abort = abort_run, .stop = stop,
    .describe = describe, .host = host,
};

__attribute__((visibility("default"))) const lg_transport *lg_transport_table(void);
const lg_transport *lg_transport_table(void) { return &table; }
