// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>

#include "beneath.h"
#include "buf.h"
#include "cleanup.h"
#include "nsbridge.h"
#include "parse.h"

/* The library never writes to the host. */
#define READ_FLAGS                                                                                 \
	(O_RDONLY | O_PATH | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static int check_start(int dir, uint64_t start)
{
	struct nsb_buf buf = {0};
	struct nsb_stat stat;
	int err = nsb_read_single(dir, "stat", &buf);

	if (!err)
		err = nsb_parse_stat(buf.data, buf.len, &stat);
	if (!err && stat.start != start)
		err = -ESRCH;
	nsb_buf_free(&buf);
	return err;
}

int nsb_open_in_root(uint32_t pid, uint64_t start, const char *path, int flags)
{
	NSB_AUTO_FD int dir = -1, root = -1, fd = -1;
	char name[32];
	int err;

	if (!path || pid == 0 || flags & ~READ_FLAGS)
		return -EINVAL;
	/* Nothing in there may block this thread or become its terminal. */
	if (!(flags & O_PATH))
		flags |= O_NONBLOCK | O_NOCTTY;

	snprintf(name, sizeof(name), "/proc/%u", pid);
	dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	root = openat(dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	fd = nsb_openat2(root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (fd < 0)
		return fd;
	/* dir stays with the process it was opened for, whoever gets the pid later. */
	err = start ? check_start(dir, start) : 0;
	return err ? err : nsb_take_fd(&fd);
}
