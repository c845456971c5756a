/// The functions of one number for the operands that the vector code leaves out: extremes of the range, where speed does
/// not matter. They are compiled once, for every level alike.
#pragma once
#include <stdint.h>

/// The quarter turns in x, modulo 4, and the rest as hi + lo; NaN for what is not finite.
int64_t legate_rare_quarter_turns(double x, double *hi, double *lo);
double legate_rare_expm1(double x);
double legate_rare_log1p(double x);
double legate_rare_sinh(double x);
double legate_rare_cosh(double x);
double legate_rare_arcsinh(double x);
double legate_rare_arccosh(double x);
double legate_rare_arctanh(double x);
double legate_rare_cbrt(double x);
double legate_rare_arctan2(double x, double y);
double legate_rare_hypot(double x, double y);
double legate_rare_power(double x, double y);
