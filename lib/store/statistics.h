// What the store counts; written by its threads, read by anyone.
#pragma once

#include "base/metrics.h"

namespace kontor::store {

struct Statistics {
  DurationHistogram read;        // one read transaction, rendering of its answer included
  DurationHistogram write;       // from write() to its answer
  DurationHistogram write_wait;  // from write() until the writer begins with it
  DurationHistogram commit;      // the COMMIT of a batch: the sync of the log
  DurationHistogram checkpoint;  // copying the log into the database
  Counter commits_failed;
};

}  // namespace kontor::store
