/// What is computed number by number, for operands that are rare; compiled once, for every level alike.
#pragma once
#include <stdint.h>

/// The quarter turns in x, modulo 4, and the rest as hi + lo; NaN for what is not finite.
int64_t legate_rare_quarter_turns(double x, double *hi, double *lo);
