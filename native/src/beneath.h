/* SPDX-License-Identifier: MIT */
#ifndef NSB_BENEATH_H
#define NSB_BENEATH_H
#include <stdint.h>

/* openat2(2), not in every libc; resolve is a set of RESOLVE_* of <linux/openat2.h>. -errno. */
int nsb_openat2(int dir, const char *path, int flags, uint64_t resolve);

/*
 * Opens path below dir, following no symbolic link. Where openat2(2) is missing (before Linux 5.6)
 * or forbidden by seccomp, only the last component is held to that.
 */
int nsb_open_beneath(int dir, const char *path, int flags);

#endif
