/* SPDX-License-Identifier: MIT */
#ifndef NSB_BUF_H
#define NSB_BUF_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes that grow; reused from file to file, so that reading allocates nothing in the long run. */
struct nsb_buf {
	char *data;
	size_t len;
	size_t cap;
};

/* No file read here is longer: a status with the most supplementary groups (65 536) has 720 kB. */
#define NSB_FILE_MAX ((size_t)4 << 20)

int nsb_buf_reserve(struct nsb_buf *buf, size_t cap);
void nsb_buf_free(struct nsb_buf *buf);

/*
 * Makes room for one more element in an array of *cap elements of which count are used. New bytes
 * are zero. Returns 0 or -ENOMEM, in which case the array is as before.
 */
int nsb_grow(void *array, uint32_t *cap, uint32_t count, size_t size);

/*
 * Reads a file whose kernel side makes its whole text for one read (single_open() in fs/seq_file.c:
 * /proc/PID/{stat,status,cgroup,schedstat}), so that a short read is the end and a second read is
 * saved. Returns 0 or -errno; longer than NSB_FILE_MAX: -EFBIG.
 */
int nsb_read_single(int dir, const char *name, struct nsb_buf *buf);

/* Reads to the end of file, from where fd stands. */
int nsb_read_all(int fd, struct nsb_buf *buf);

/* read(2), again if a signal came. Returns -errno. */
ssize_t nsb_read(int fd, void *dst, size_t cap);

/* getdents64(2): the directory's records, from its start, one batch after the other. */
struct nsb_dirent {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};
#define NSB_DIRENT_BATCH ((size_t)128 << 10)
/* buf has NSB_DIRENT_BATCH bytes of room after the first call. Returns bytes, 0 at the end. */
long nsb_getdents(int dir, struct nsb_buf *buf);

#endif
