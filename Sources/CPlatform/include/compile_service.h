// libLLVM in a process of its own: who uses it, and the program that serves.
//
// The library takes tens of megabytes and cannot be unloaded; a process can end. The server is a program beside this
// library (`legate-compiler`); the two talk over a socket pair. It ends when the other end is closed, or when nothing was
// asked for a while; the next request starts another.
#pragma once
#include <stddef.h>

struct lg_compile_request {
    const char *library, *triple, *cpu, *features;  // library: NULL for the usual names
    int level;
    const char *text;
    size_t length;
};

enum { LG_COMPILED = 1, LG_NO_CODE = 0, LG_NO_LIBRARY = 2, LG_NO_COMPILER = 3 };

struct lg_compile_reply {
    int status;     // LG_NO_COMPILER: the server is gone, or never was
    void *object;   // to be freed with free()
    size_t size;
    char name[512], version[32];  // of the library, where there is one
    char error[512];
};

// Starts the program; returns the socket, or a negative errno. The server is no child of this process.
int lg_compiler_start(const char *program);
// Asks and waits. After LG_NO_COMPILER the socket is of no more use.
void lg_compiler_ask(int socket, const struct lg_compile_request *request, struct lg_compile_reply *reply);
// The server: answers until the other end closes or is silent for so many seconds. Returns the program's exit code.
int lg_compiler_serve(int socket, int seconds);
// What both do in the end: opens the library if it is not open, and compiles.
void lg_compile(const struct lg_compile_request *request, struct lg_compile_reply *reply);
