// The two ends of the socket between a program and the process that compiles for it.
//
//     request   magic, level, lengths of library, triple, cpu, features, text; then these
//     reply     magic, status, lengths of name, version, error, object; then these
//
// Both run on one machine from one build, so numbers are as they lie in memory.
#define _GNU_SOURCE
#include "compile_service.h"
#include "llvm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAGIC = 0x4c474332, TEXTS = 5, ANSWERS = 4, LONGEST = 64 << 20, PATIENCE_SECONDS = 30 };

extern char **environ;

struct head { uint32_t magic, number, lengths[TEXTS]; };

static int send_all(int socket, const void *bytes, size_t count) {
    for (const char *at = bytes; count > 0;) {
        ssize_t sent = send(socket, at, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return 0;
        at += sent;
        count -= (size_t)sent;
    }
    return 1;
}

static int receive_all(int socket, void *bytes, size_t count) {
    for (char *at = bytes; count > 0;) {
        ssize_t received = recv(socket, at, count, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return 0;
        at += received;
        count -= (size_t)received;
    }
    return 1;
}

static int send_message(int socket, uint32_t number, const void *const *parts, const size_t *lengths, int count) {
    struct head head = {MAGIC, number, {0}};
    for (int i = 0; i < count; i++) head.lengths[i] = (uint32_t)lengths[i];
    if (!send_all(socket, &head, sizeof head)) return 0;
    for (int i = 0; i < count; i++)
        if (!send_all(socket, parts[i], lengths[i])) return 0;
    return 1;
}

// Each part gets a zero behind it. The parts are freed by the caller, also after a failure.
static int receive_message(int socket, struct head *head, char **parts, int count) {
    memset(parts, 0, sizeof *parts * (size_t)count);
    if (!receive_all(socket, head, sizeof *head) || head->magic != MAGIC) return 0;
    for (int i = 0; i < count; i++) {
        if (head->lengths[i] > LONGEST || !(parts[i] = malloc(head->lengths[i] + 1))) return 0;
        if (!receive_all(socket, parts[i], head->lengths[i])) return 0;
        parts[i][head->lengths[i]] = 0;
    }
    return 1;
}

static void free_parts(char **parts, int count) {
    for (int i = 0; i < count; i++) free(parts[i]);
}

// What asks.

// The program forks once more and its first process ends, so that `wait` in the user's program never meets it.
int lg_compiler_start(const char *program) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    char *words[] = {(char *)program, "--serve", NULL};
    pid_t child;
    int failure = posix_spawn(&child, program, &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failure) {
        close(ends[0]);
        return -failure;
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return ends[0];
}

static int wait_for_answer(int socket) {
    struct pollfd wanted = {.fd = socket, .events = POLLIN};
    int ready;
    while ((ready = poll(&wanted, 1, 2 * PATIENCE_SECONDS * 1000)) < 0 && errno == EINTR) {}
    return ready > 0;
}

void lg_compiler_ask(int socket, const struct lg_compile_request *request, struct lg_compile_reply *reply) {
    memset(reply, 0, sizeof *reply);
    reply->status = LG_NO_COMPILER;
    const char *library = request->library ? request->library : "";
    const void *texts[TEXTS] = {library, request->triple, request->cpu, request->features, request->text};
    size_t lengths[TEXTS] = {
        strlen(library), strlen(request->triple), strlen(request->cpu), strlen(request->features), request->length};
    char *parts[ANSWERS] = {NULL};
    struct head head;
    if (send_message(socket, (uint32_t)request->level, texts, lengths, TEXTS) && wait_for_answer(socket) &&
        receive_message(socket, &head, parts, ANSWERS)) {
        reply->status = (int)head.number;
        snprintf(reply->name, sizeof reply->name, "%s", parts[0]);
        snprintf(reply->version, sizeof reply->version, "%s", parts[1]);
        snprintf(reply->error, sizeof reply->error, "%s", parts[2]);
        if (reply->status == LG_COMPILED) {
            reply->object = parts[3];
            reply->size = head.lengths[3];
            parts[3] = NULL;
        }
    } else {
        snprintf(reply->error, sizeof reply->error, "the process that compiles ended");
    }
    free_parts(parts, ANSWERS);
}

// What answers.

void lg_compile(const struct lg_compile_request *request, struct lg_compile_reply *reply) {
    memset(reply, 0, sizeof *reply);
    reply->status = LG_NO_LIBRARY;
    if (!lg_llvm_open(request->library, reply->error, sizeof reply->error)) return;
    snprintf(reply->name, sizeof reply->name, "%s", lg_llvm_name());
    snprintf(reply->version, sizeof reply->version, "%s", lg_llvm_version());
    reply->status = lg_llvm_compile(
        request->triple, request->cpu, request->features, request->level, request->text, request->length, &reply->object,
        &reply->size, reply->error, sizeof reply->error);
}

static int answer(int socket, char **texts, const struct head *head) {
    struct lg_compile_request request = {
        .library = *texts[0] ? texts[0] : NULL, .triple = texts[1], .cpu = texts[2], .features = texts[3],
        .level = (int)head->number, .text = texts[4], .length = head->lengths[4]};
    struct lg_compile_reply reply;
    lg_compile(&request, &reply);
    const void *parts[ANSWERS] = {reply.name, reply.version, reply.error, reply.object};
    size_t lengths[ANSWERS] = {strlen(reply.name), strlen(reply.version), strlen(reply.error), reply.size};
    if (reply.status != LG_COMPILED) lengths[3] = 0;
    int done = send_message(socket, (uint32_t)reply.status, parts, lengths, ANSWERS);
    if (reply.status == LG_COMPILED) free(reply.object);
    return done && !lg_llvm_is_broken();
}

int lg_compiler_serve(int socket, int seconds) {
    for (;;) {
        struct pollfd wanted = {.fd = socket, .events = POLLIN};
        int ready = poll(&wanted, 1, seconds * 1000);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return 0;
        char *texts[TEXTS];
        struct head head;
        // Whatever takes so long is no kernel.
        alarm(PATIENCE_SECONDS);
        int goes_on = receive_message(socket, &head, texts, TEXTS) && answer(socket, texts, &head);
        alarm(0);
        free_parts(texts, TEXTS);
        if (!goes_on) return 0;
    }
}
