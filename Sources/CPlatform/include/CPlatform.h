// All headers of the module: a header that is new here makes every user of the module compile anew.
#ifndef LG_CPLATFORM_H
#define LG_CPLATFORM_H

#include "affinity.h"
#include "arrow_c_data.h"
#include "blas.h"
#include "bodies.h"
#include "compile_service.h"
#include "cpu.h"
#include "freeze.h"
#include "heap.h"
#include "images.h"
#include "kernel_calls.h"
#include "kernel_folder.h"
#include "lapack.h"
#include "llvm.h"
#include "numpy_abi.h"
#include "python_abi.h"
#include "startup.h"
#include "transport_plugin.h"

#endif
