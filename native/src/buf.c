// SPDX-License-Identifier: MIT
#include "buf.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

#include "cleanup.h"

int nsb_buf_reserve(struct nsb_buf *buf, size_t cap)
{
	char *data;

	if (cap <= buf->cap)
		return 0;
	data = realloc(buf->data, cap);
	if (!data)
		return -ENOMEM;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

void nsb_buf_free(struct nsb_buf *buf)
{
	free(buf->data);
	*buf = (struct nsb_buf){0};
}

int nsb_grow(void *array, uint32_t *cap, uint32_t count, size_t size)
{
	void **slot = array;
	uint32_t wanted;
	char *data;

	if (count < *cap)
		return 0;
	if (*cap > UINT32_MAX / 2)
		return -ENOMEM;
	wanted = *cap ? *cap * 2 : 64;
	data = reallocarray(*slot, wanted, size);
	if (!data)
		return -ENOMEM;
	memset(data + *cap * size, 0, (wanted - *cap) * size);
	*slot = data;
	*cap = wanted;
	return 0;
}

ssize_t nsb_read(int fd, void *dst, size_t cap)
{
	ssize_t got;

	do
		got = read(fd, dst, cap);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int read_file(int fd, struct nsb_buf *buf, bool short_is_end)
{
	buf->len = 0;
	for (;;) {
		size_t room;
		ssize_t got;
		int err;

		if (buf->cap - buf->len < 2048) {
			size_t wanted = buf->cap ? buf->cap * 2 : 8192;

			if (buf->len > NSB_FILE_MAX)
				return -EFBIG;
			err = nsb_buf_reserve(buf, wanted);
			if (err)
				return err;
		}
		room = buf->cap - buf->len;
		got = nsb_read(fd, buf->data + buf->len, room);
		if (got < 0)
			return (int)got;
		buf->len += (size_t)got;
		if (got == 0 || (short_is_end && (size_t)got < room))
			return 0;
	}
}

int nsb_read_single(int dir, const char *name, struct nsb_buf *buf)
{
	NSB_AUTO_FD int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	return read_file(fd, buf, true);
}

int nsb_read_all(int fd, struct nsb_buf *buf)
{
	return read_file(fd, buf, false);
}

long nsb_getdents(int dir, struct nsb_buf *buf)
{
	int err = nsb_buf_reserve(buf, NSB_DIRENT_BATCH);
	long got;

	if (err)
		return err;
	got = syscall(SYS_getdents64, dir, buf->data, NSB_DIRENT_BATCH);
	return got < 0 ? -errno : got;
}
