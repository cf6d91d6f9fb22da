// What must happen before anything else in a statically linked program.
#pragma once

namespace kontor::app {

// Binds name look-ups, OpenSSL and malloc to what the program carries itself, so that it behaves
// the same on every host. Call it first in main(), once, while there is only one thread.
void prepare_process();

}  // namespace kontor::app
