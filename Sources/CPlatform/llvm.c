// The table of libLLVM's C functions, opened by name, and the one way from text to object file.
#define _GNU_SOURCE
#include "llvm.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POSITION_INDEPENDENT = 2, DEFAULT_CODE_MODEL = 0, OBJECT_FILE = 1, RETURN_STATUS = 2, SEVERITY_ERROR = 0 };

typedef void *Ref;
typedef void (*Handler)(Ref, void *);
typedef void (*FatalHandler)(const char *);

// What every version from 15 to 20 has, with the types that matter at the level of the machine.
#define FUNCTIONS(X)                                                                                   \
    X(Ref, LLVMContextCreate, (void))                                                                  \
    X(void, LLVMContextDispose, (Ref))                                                                 \
    X(void, LLVMContextSetDiagnosticHandler, (Ref, Handler, void *))                                   \
    X(char *, LLVMGetDiagInfoDescription, (Ref))                                                       \
    X(int, LLVMGetDiagInfoSeverity, (Ref))                                                             \
    X(Ref, LLVMCreateMemoryBufferWithMemoryRangeCopy, (const char *, size_t, const char *))            \
    X(int, LLVMParseIRInContext, (Ref, Ref, Ref *, char **))                                           \
    X(int, LLVMVerifyModule, (Ref, int, char **))                                                      \
    X(void, LLVMSetTarget, (Ref, const char *))                                                        \
    X(void, LLVMSetModuleDataLayout, (Ref, Ref))                                                       \
    X(void, LLVMDisposeModule, (Ref))                                                                  \
    X(void, LLVMDisposeMessage, (char *))                                                              \
    X(int, LLVMGetTargetFromTriple, (const char *, Ref *, char **))                                    \
    X(Ref, LLVMCreateTargetMachine, (Ref, const char *, const char *, const char *, int, int, int))    \
    X(void, LLVMDisposeTargetMachine, (Ref))                                                           \
    X(Ref, LLVMCreateTargetDataLayout, (Ref))                                                          \
    X(void, LLVMDisposeTargetData, (Ref))                                                              \
    X(int, LLVMTargetMachineEmitToMemoryBuffer, (Ref, Ref, int, char **, Ref *))                       \
    X(const char *, LLVMGetBufferStart, (Ref))                                                         \
    X(size_t, LLVMGetBufferSize, (Ref))                                                                \
    X(void, LLVMDisposeMemoryBuffer, (Ref))                                                            \
    X(void, LLVMInstallFatalErrorHandler, (FatalHandler))

static struct {
    void *library;
    char name[4096], version[32];
    int is_broken, is_alone;
#define MEMBER(RESULT, NAME, ARGUMENTS) RESULT(*NAME) ARGUMENTS;
    FUNCTIONS(MEMBER)
#undef MEMBER
} llvm;

// The target machine of the last call, kept because the next one nearly always wants the same.
static struct {
    Ref machine, layout;
    char text[512];
} target;

static struct {
    jmp_buf back;
    int is_set;
    char message[512];
} fatal;

static int fail(char *error, size_t capacity, const char *what, const char *why) {
    snprintf(error, capacity, "%s%s%s", what, why && *why ? ": " : "", why ? why : "");
    return 0;
}

static int fail_with(char *error, size_t capacity, const char *what, char *message) {
    fail(error, capacity, what, message);
    if (message) llvm.LLVMDisposeMessage(message);
    return 0;
}

// After it returned, LLVM would end the process. Leaving by a jump keeps LLVM's memory, and perhaps locks, as they were:
// it is not entered again. (LLVM's own crash recovery leaves in the same way.)
static void on_fatal(const char *reason) {
    snprintf(fatal.message, sizeof fatal.message, "%s", reason ? reason : "");
    llvm.is_broken = 1;
    if (fatal.is_set) longjmp(fatal.back, 1);
}

// Without a handler, LLVM prints a diagnostic and ends the process if it is an error.
static void on_diagnostic(Ref info, void *place) {
    char *text = place;
    if (llvm.LLVMGetDiagInfoSeverity(info) != SEVERITY_ERROR || *text) return;
    char *message = llvm.LLVMGetDiagInfoDescription(info);
    snprintf(text, 512, "%s", message && *message ? message : "an error without a description");
    llvm.LLVMDisposeMessage(message);
}

static void initialize_target(void *library, const char *target) {
    static const char *const parts[] = {"TargetInfo", "Target", "TargetMC", "AsmPrinter", NULL};
    for (const char *const *part = parts; *part; part++) {
        char name[64];
        snprintf(name, sizeof name, "LLVMInitialize%s%s", target, *part);
        void (*initialize)(void) = (void (*)(void))dlsym(library, name);
        if (initialize) initialize();
    }
}

static void read_version(void *library) {
    void (*version)(unsigned *, unsigned *, unsigned *) =
        (void (*)(unsigned *, unsigned *, unsigned *))dlsym(library, "LLVMGetVersion");
    if (version) {
        unsigned major = 0, minor = 0, patch = 0;
        version(&major, &minor, &patch);
        snprintf(llvm.version, sizeof llvm.version, "%u.%u.%u", major, minor, patch);
    } else {
        snprintf(llvm.version, sizeof llvm.version, "15");  // The function came with 16.
    }
}

// Kernels step through memory by themselves: reducing the strength of their loops takes a third of the time of compiling
// and makes short rows slower. Found by measuring a stencil's kernel: 6.7 and 4.1 ms; rows of 41 points 16.4 and 14.1 ns.
static void set_options(void *library) {
    static const char *const words[] = {"legate-compiler", "-disable-lsr"};
    void (*parse)(int, const char *const *, const char *) =
        (void (*)(int, const char *const *, const char *))dlsym(library, "LLVMParseCommandLineOptions");
    if (parse) parse(sizeof words / sizeof *words, words, "");
}

// Local: other packages in the process bring an LLVM of their own.
static int open_one(const char *path, char *error, size_t capacity) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return fail(error, capacity, dlerror(), NULL);
#define FIND(RESULT, NAME, ARGUMENTS)                                                               \
    if (!(llvm.NAME = (RESULT(*) ARGUMENTS)dlsym(library, #NAME))) {                                \
        dlclose(library);                                                                           \
        return fail(error, capacity, path, "has no " #NAME);                                        \
    }
    FUNCTIONS(FIND)
#undef FIND
    initialize_target(library, "X86");
    initialize_target(library, "AArch64");
    if (llvm.is_alone) set_options(library);
    llvm.LLVMInstallFatalErrorHandler(on_fatal);
    read_version(library);
    snprintf(llvm.name, sizeof llvm.name, "%s", path);
    llvm.library = library;
    return 1;
}

int lg_llvm_open(const char *path, char *error, size_t capacity) {
    if (llvm.library) return 1;
    if (path) return open_one(path, error, capacity);
    static const char *const names[] = {
        "libLLVM.so.19.1", "libLLVM-19.so",   "libLLVM.so.20.1", "libLLVM-20.so",   "libLLVM.so.18.1", "libLLVM-18.so",
        "libLLVM-18.so.1", "libLLVM-17.so.1", "libLLVM-17.so",   "libLLVM-16.so.1", "libLLVM-16.so",   "libLLVM-15.so.1",
        "libLLVM-15.so",   "libLLVM.so",      NULL};
    for (const char *const *name = names; *name; name++)
        if (open_one(*name, error, capacity)) return 1;
    return fail(error, capacity, "libLLVM was not found (Debian: libllvm19)", NULL);
}

void lg_llvm_is_alone(void) { llvm.is_alone = 1; }

const char *lg_llvm_name(void) { return llvm.library ? llvm.name : NULL; }
const char *lg_llvm_version(void) { return llvm.library ? llvm.version : NULL; }

int lg_llvm_is_broken(void) { return llvm.is_broken; }

static int make_machine(
    const char *triple, const char *cpu, const char *features, int level, char *error, size_t capacity) {
    char text[sizeof target.text];
    int length = snprintf(text, sizeof text, "%s %s %s %d", triple, cpu, features, level);
    if (length >= (int)sizeof text) return fail(error, capacity, "the target's description is too long", NULL);
    if (target.machine && strcmp(text, target.text) == 0) return 1;
    if (target.machine) {
        llvm.LLVMDisposeTargetData(target.layout);
        llvm.LLVMDisposeTargetMachine(target.machine);
        target.machine = NULL;
    }
    Ref found = NULL;
    char *message = NULL;
    if (llvm.LLVMGetTargetFromTriple(triple, &found, &message))
        return fail_with(error, capacity, "no such target", message);
    target.machine = llvm.LLVMCreateTargetMachine(
        found, triple, cpu, features, level, POSITION_INDEPENDENT, DEFAULT_CODE_MODEL);
    if (!target.machine) return fail(error, capacity, "no machine for the target", triple);
    target.layout = llvm.LLVMCreateTargetDataLayout(target.machine);
    strcpy(target.text, text);
    return 1;
}

static int emit(Ref module, void **object, size_t *size, char *error, size_t capacity) {
    Ref buffer = NULL;
    char *message = NULL;
    if (llvm.LLVMTargetMachineEmitToMemoryBuffer(target.machine, module, OBJECT_FILE, &message, &buffer))
        return fail_with(error, capacity, "no code", message);
    *size = llvm.LLVMGetBufferSize(buffer);
    *object = malloc(*size);
    if (*object) memcpy(*object, llvm.LLVMGetBufferStart(buffer), *size);
    llvm.LLVMDisposeMemoryBuffer(buffer);
    return *object ? 1 : fail(error, capacity, "no memory", NULL);
}

static int compile_module(Ref module, const char *triple, void **object, size_t *size, char *error, size_t capacity) {
    char *message = NULL;
    llvm.LLVMSetTarget(module, triple);
    llvm.LLVMSetModuleDataLayout(module, target.layout);
    if (llvm.LLVMVerifyModule(module, RETURN_STATUS, &message))
        return fail_with(error, capacity, "not a valid module", message);
    if (message) llvm.LLVMDisposeMessage(message);
    return emit(module, object, size, error, capacity);
}

static int compile(
    const char *triple, const char *text, size_t length, void **object, size_t *size, char *error, size_t capacity) {
    char diagnostic[512] = "", *message = NULL;
    Ref context = llvm.LLVMContextCreate(), module = NULL;
    llvm.LLVMContextSetDiagnosticHandler(context, on_diagnostic, diagnostic);
    // The parser takes the buffer.
    Ref buffer = llvm.LLVMCreateMemoryBufferWithMemoryRangeCopy(text, length, "text");
    int done = 0;
    if (llvm.LLVMParseIRInContext(context, buffer, &module, &message)) {
        fail_with(error, capacity, "not LLVM's language", message);
    } else {
        done = compile_module(module, triple, object, size, error, capacity);
        llvm.LLVMDisposeModule(module);
    }
    if (done && *diagnostic) {
        free(*object);
        done = fail(error, capacity, diagnostic, NULL);
    }
    llvm.LLVMContextDispose(context);
    return done;
}

int lg_llvm_compile(
    const char *triple, const char *cpu, const char *features, int level, const char *text, size_t length, void **object,
    size_t *size, char *error, size_t capacity) {
    if (!llvm.library) return fail(error, capacity, "libLLVM is not open", NULL);
    if (llvm.is_broken) return fail(error, capacity, "libLLVM failed before", fatal.message);
    *object = NULL;
    int done = 0;
    fatal.is_set = 1;
    if (setjmp(fatal.back) == 0) {
        done = make_machine(triple, cpu, features, level, error, capacity) &&
               compile(triple, text, length, object, size, error, capacity);
    } else {
        done = fail(error, capacity, "libLLVM failed", fatal.message);
    }
    fatal.is_set = 0;
    return done;
}
