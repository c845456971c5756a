// MPI's header for Swift. Its handles are casts in macros, which Swift cannot see: each one needed has a function here.
#pragma once
#include <mpi.h>

static inline MPI_Comm lg_mpi_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype lg_mpi_byte(void) { return MPI_BYTE; }
static inline MPI_Status *lg_mpi_no_status(void) { return MPI_STATUS_IGNORE; }
