/* SPDX-License-Identifier: MIT */
#ifndef NSB_CLEANUP_H
#define NSB_CLEANUP_H
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Closes on every way out of the scope; errno stays as the failing call left it. */
static inline void nsb_cleanup_fd(const int *fd)
{
	if (*fd >= 0) {
		int saved = errno;

		close(*fd);
		errno = saved;
	}
}

static inline void nsb_cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

#define NSB_AUTO_FD __attribute__((cleanup(nsb_cleanup_fd)))
#define NSB_AUTO_FREE __attribute__((cleanup(nsb_cleanup_free)))

/* Takes a descriptor out of the care of NSB_AUTO_FD. */
static inline int nsb_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
