// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "nsfs.h"

int nsb_identify(const char *path, struct nsb_ns *out)
{
	NSB_AUTO_FD int found = -1, fd = -1, owner = -1, parent = -1;
	struct nsb_nsfs nsfs = {0};
	struct statfs fs;
	char again[40];
	int type;

	if (!path || !out)
		return -EINVAL;
	/* O_PATH first: to open a device or a FIFO that somebody put there would act on it. */
	found = open(path, O_PATH | O_CLOEXEC);
	if (found < 0 || fstatfs(found, &fs) < 0)
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return -EBADF;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", found);
	fd = open(again, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	type = nsb_nsfs_type(fd);
	if (type < 0)
		return type;
	return nsb_nsfs_describe(&nsfs, fd, (uint32_t)type, out, &owner, &parent);
}
