// The process environment as a value.
#pragma once

#include "base/config.h"

namespace kontor {

// A copy of all variables. Call it before threads exist that could change the environment; it is
// the only place that reads it.
Environment read_environment();

}  // namespace kontor
