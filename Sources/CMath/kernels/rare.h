/// The functions of one number for the operands that the vector code leaves out: extremes of the range, where speed does
/// not matter. They are compiled once, for every level alike.
#pragma once
double legate_rare_expm1(double x);
double legate_rare_logaddexp(double x, double y);
float legate_rare_logaddexpf(float x, float y);
double legate_rare_logaddexp2(double x, double y);
float legate_rare_logaddexp2f(float x, float y);
