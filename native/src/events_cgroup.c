// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "buf.h"
#include "cleanup.h"
#include "events.h"

#define WATCHED (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

static uint32_t find(const struct nsb_events *events, int wd)
{
	uint32_t i = 0;

	while (i < events->nwatches && events->watches[i].wd != wd)
		i++;
	return i;
}

static void forget(struct nsb_events *events, int wd)
{
	uint32_t i = find(events, wd);

	if (i == events->nwatches)
		return;
	free(events->watches[i].path);
	events->watches[i] = events->watches[--events->nwatches];
}

/* Watches one directory. Takes over path. */
static int add_watch(struct nsb_events *events, char *path)
{
	uint32_t i;
	int err, wd;

	err = nsb_grow(&events->watches, &events->watches_cap, events->nwatches,
		       sizeof(*events->watches));
	if (err) {
		free(path);
		return err;
	}
	wd = inotify_add_watch(events->cgroup, path,
			       WATCHED | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK);
	if (wd < 0) {
		err = -errno;
		free(path);
		return err;
	}
	i = find(events, wd);
	if (i < events->nwatches)
		free(events->watches[i].path);
	else
		events->nwatches++;
	events->watches[i] = (struct nsb_watch){wd, path};
	return 0;
}

static int add_children(struct nsb_events *events, uint32_t index, struct nsb_buf *buf)
{
	NSB_AUTO_FD int dir =
		open(events->watches[index].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	long got;

	if (dir < 0)
		return 0;
	while ((got = nsb_getdents(dir, buf)) > 0) {
		for (long at = 0; at < got;) {
			const struct nsb_dirent *d = (const void *)(buf->data + at);
			char *path;
			int err;

			at += d->reclen;
			/* IN_ONLYDIR refuses what is no directory, where the type is not told. */
			if ((d->type != DT_DIR && d->type != DT_UNKNOWN) ||
			    strcmp(d->name, ".") == 0 || strcmp(d->name, "..") == 0)
				continue;
			if (asprintf(&path, "%s/%s", events->watches[index].path, d->name) < 0)
				return -ENOMEM;
			if (strlen(path) >= PATH_MAX) {
				free(path);
				continue;
			}
			err = add_watch(events, path);
			if (err == -ENOMEM || err == -ENOSPC)
				return err;
		}
	}
	return 0;
}

/* The watch comes before the listing: what is made in between shows in either. */
int nsb_cgroup_watch(struct nsb_events *events, const char *path)
{
	struct nsb_buf buf = {0};
	uint32_t first = events->nwatches;
	char *copy = strdup(path);
	int err = copy ? add_watch(events, copy) : -ENOMEM;

	if (err)
		return err;
	for (uint32_t i = first; i < events->nwatches && !err; i++)
		err = add_children(events, i, &buf);
	nsb_buf_free(&buf);
	/* ENOSPC: the user's limit of watches; those there are serve, the ticks do the rest. */
	return err == -ENOMEM ? err : (int)(events->nwatches - first);
}

static void came(struct nsb_events *events, int wd, const char *name)
{
	uint32_t i = find(events, wd);
	char *path;

	if (i == events->nwatches)
		return;
	if (asprintf(&path, "%s/%s", events->watches[i].path, name) < 0) {
		events->lost = true;
		return;
	}
	/* A failure other than of memory: it is gone again, or the limit of watches is reached. */
	if (strlen(path) < PATH_MAX && nsb_cgroup_watch(events, path) == -ENOMEM)
		events->lost = true;
	free(path);
}

void nsb_cgroup_parse(struct nsb_events *events, const char *data, size_t len)
{
	while (len >= sizeof(struct inotify_event)) {
		struct inotify_event event;
		const char *name = data + sizeof(event);

		memcpy(&event, data, sizeof(event));
		if (event.len > len - sizeof(event))
			return;
		if (event.mask & IN_Q_OVERFLOW)
			events->lost = true;
		if (event.mask & IN_IGNORED)
			forget(events, event.wd);
		if (event.mask & IN_ISDIR && event.mask & WATCHED) {
			nsb_events_push(events, NSB_EV_CGROUP, 0, 0);
			if (event.mask & (IN_CREATE | IN_MOVED_TO) && memchr(name, '\0', event.len))
				came(events, event.wd, name);
		}
		data += sizeof(event) + event.len;
		len -= sizeof(event) + event.len;
	}
}

void nsb_cgroup_drain(struct nsb_events *events)
{
	_Alignas(struct inotify_event) char data[16384];
	ssize_t got;

	while ((got = nsb_read(events->cgroup, data, sizeof(data))) > 0)
		nsb_cgroup_parse(events, data, (size_t)got);
}

void nsb_cgroup_free(struct nsb_events *events)
{
	for (uint32_t i = 0; i < events->nwatches; i++)
		free(events->watches[i].path);
	free(events->watches);
}
