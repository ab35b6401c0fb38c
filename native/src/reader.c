// SPDX-License-Identifier: MIT
#include "reader.h"

#include <fcntl.h>
#include <string.h>

#include "cleanup.h"

int nsb_abi(void)
{
	return NSB_ABI;
}

int nsb_picture_init(struct nsb *reader)
{
	int err = nsb_texts_init(&reader->texts);

	if (err)
		return err;
	nsb_namespaces_init(&reader->namespaces);
	nsb_cgroups_init(&reader->cgroups);
	reader->table = (struct nsb_table){0};
	reader->ngone = reader->nchanged = 0;
	reader->ticks = 0;
	reader->has_picture = true;
	return 0;
}

void nsb_picture_drop(struct nsb *reader)
{
	if (!reader->has_picture)
		return;
	nsb_table_free(&reader->table);
	nsb_namespaces_free(&reader->namespaces);
	nsb_cgroups_free(&reader->cgroups);
	nsb_texts_free(&reader->texts);
	reader->has_picture = false;
}

int nsb_open(const char *proc, struct nsb **out)
{
	NSB_AUTO_FD int fd = -1;
	struct nsb *reader;
	int err;

	if (!proc || !out)
		return -EINVAL;
	fd = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	err = -pthread_mutex_init(&reader->lock, NULL);
	if (err) {
		free(reader);
		return err;
	}
	reader->proc = nsb_take_fd(&fd);
	*out = reader;
	return 0;
}

void nsb_close(struct nsb *reader)
{
	if (!reader)
		return;
	nsb_picture_drop(reader);
	for (uint32_t i = 0; i < reader->nhierarchies; i++)
		close(reader->hierarchies[i].root);
	close(reader->proc);
	free(reader->gone);
	free(reader->changed);
	nsb_buf_free(&reader->scratch);
	nsb_buf_free(&reader->frame);
	pthread_mutex_destroy(&reader->lock);
	free(reader);
}

static bool enter(struct nsb *reader)
{
	return pthread_mutex_trylock(&reader->lock) == 0;
}

/* A picture that was left half made is of no use; the next frame must be a full one. */
static int64_t leave(struct nsb *reader, int64_t result)
{
	if (result < 0)
		nsb_picture_drop(reader);
	pthread_mutex_unlock(&reader->lock);
	return result;
}

int nsb_add_hierarchy(struct nsb *reader, const char *path, int version)
{
	int result;

	if (!path || (version != 1 && version != 2))
		return -EINVAL;
	if (!enter(reader))
		return -EBUSY;
	if (reader->revision || reader->has_picture)
		result = -EINVAL;
	else if (reader->nhierarchies == NSB_HIERARCHIES)
		result = -ENOSPC;
	else
		result = nsb_hierarchy_open(path, version,
					    &reader->hierarchies[reader->nhierarchies]);
	if (!result)
		result = (int)reader->nhierarchies++;
	pthread_mutex_unlock(&reader->lock);
	return result;
}

int64_t nsb_full(struct nsb *reader, unsigned int threads)
{
	return enter(reader) ? leave(reader, nsb_full_locked(reader, threads)) : -EBUSY;
}

int64_t nsb_tick(struct nsb *reader, int every)
{
	if (!enter(reader))
		return -EBUSY;
	return leave(reader, reader->has_picture ? nsb_tick_locked(reader, every != 0) : -ENODATA);
}

int64_t nsb_touch(struct nsb *reader, const uint32_t *pids, uint64_t count)
{
	if (count && !pids)
		return -EINVAL;
	if (!enter(reader))
		return -EBUSY;
	return leave(reader,
		     reader->has_picture ? nsb_touch_locked(reader, pids, count) : -ENODATA);
}

int64_t nsb_copy(struct nsb *reader, uint8_t *dst, uint64_t cap)
{
	int64_t result;

	if (!enter(reader))
		return -EBUSY;
	if (reader->frame.len == 0)
		result = -ENODATA;
	else if (!dst || cap < reader->frame.len)
		result = -ENOBUFS;
	else
		result = (int64_t)reader->frame.len;
	if (result > 0)
		memcpy(dst, reader->frame.data, reader->frame.len);
	pthread_mutex_unlock(&reader->lock);
	return result;
}
