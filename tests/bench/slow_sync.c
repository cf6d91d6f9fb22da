/* Loaded before a program (LD_PRELOAD), adds a millisecond to each sync of the disk. Programs that are
 * linked statically do not see it; but unlike strace with seccomp it does not slow down the rest: the
 * kernel turns off speculation in traced processes, which doubles what a write costs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file) {
  int (*sync_file)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const struct timespec delay = {0, 1000000};
  const int result = sync_file(file);
  nanosleep(&delay, 0);
  return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
