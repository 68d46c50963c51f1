// Built with -fno-exceptions: see mixed_on.cpp.
#include <cstdlib>

#define TAMIS_ON_ERROR(e) std::exit((e).status() == TAM_ERR_RANGE ? 0 : 1)
#include "tamis.hpp"

void half_without_exceptions() { (void)tamis::count_primes(2, 1); }
