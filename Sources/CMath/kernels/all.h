/// Everything a level holds: `v…` in double precision, `f…` in single.
#pragma once
#include "exponentials.h"
#include "floats.h"
#include "hyperbolic.h"
#include "inverse.h"
#include "logarithms.h"
#include "powers.h"
#include "remainders.h"
#include "single.h"
#include "trigonometric.h"
