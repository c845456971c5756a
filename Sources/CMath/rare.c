#include "kernels/rare.h"

#include <math.h>
#pragma STDC FP_CONTRACT OFF

double legate_rare_expm1(double x) { return expm1(x); }

double legate_rare_logaddexp(double x, double y) {
    if (x == y) return x + M_LN2;
    double difference = x - y;
    if (difference > 0) return x + log1p(exp(-difference));
    return difference <= 0 ? y + log1p(exp(difference)) : difference;
}
float legate_rare_logaddexpf(float x, float y) {
    if (x == y) return x + (float)M_LN2;
    float difference = x - y;
    if (difference > 0) return x + log1pf(expf(-difference));
    return difference <= 0 ? y + log1pf(expf(difference)) : difference;
}
double legate_rare_logaddexp2(double x, double y) {
    if (x == y) return x + 1;
    double difference = x - y;
    if (difference > 0) return x + M_LOG2E * log1p(exp2(-difference));
    return difference <= 0 ? y + M_LOG2E * log1p(exp2(difference)) : difference;
}
float legate_rare_logaddexp2f(float x, float y) {
    if (x == y) return x + 1;
    float difference = x - y;
    if (difference > 0) return x + (float)M_LOG2E * log1pf(exp2f(-difference));
    return difference <= 0 ? y + (float)M_LOG2E * log1pf(exp2f(difference)) : difference;
}
