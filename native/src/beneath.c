// SPDX-License-Identifier: MIT
#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int nsb_openat2(int dir, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {.flags = (unsigned int)(flags | O_CLOEXEC), .resolve = resolve};
	long fd;

	/* EAGAIN: a rename or mount somewhere on the host raced with the walk (openat2(2)). */
	for (int tries = 0; tries < 32; tries++) {
		fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			break;
	}
	return -errno;
}

int nsb_open_beneath(int dir, const char *path, int flags)
{
	int fd = nsb_openat2(dir, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);

	if (fd != -ENOSYS && fd != -EPERM)
		return fd;
	fd = openat(dir, path, flags | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
