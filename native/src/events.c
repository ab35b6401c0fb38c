// SPDX-License-Identifier: MIT
#include "events.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>

#include "buf.h"
#include "cleanup.h"

static uint64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void nsb_events_push(struct nsb_events *events, uint32_t type, uint32_t pid, uint32_t arg)
{
	struct nsb_event *last = events->queued ? &events->queue[events->queued - 1] : NULL;

	if (last && last->type == type && last->pid == pid && last->arg == arg &&
	    events->taken < events->queued)
		return;
	if (events->queued == NSB_QUEUE_MAX ||
	    nsb_grow(&events->queue, &events->queue_cap, events->queued, sizeof(*events->queue))) {
		events->lost = true;
		return;
	}
	events->queue[events->queued++] =
		(struct nsb_event){.time = monotonic(), .type = type, .pid = pid, .arg = arg};
}

static int listen_to(struct nsb_events *events, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(events->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_sources(struct nsb_events *events, uint32_t want)
{
	int mask = 0;
	int err;

	events->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (events->epoll < 0)
		return -errno;
	events->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (events->stop < 0)
		return -errno;
	err = listen_to(events, events->stop);
	if (err)
		return err;

	if (want & NSB_WANT_PROC)
		events->proc = nsb_proc_connect();
	if (events->proc >= 0) {
		err = listen_to(events, events->proc);
		mask |= NSB_WANT_PROC;
	}
	if (want & NSB_WANT_CGROUP)
		events->cgroup = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (!err && events->cgroup >= 0) {
		err = listen_to(events, events->cgroup);
		mask |= NSB_WANT_CGROUP;
	}
	return err ? err : mask;
}

int nsb_events_open(uint32_t want, struct nsb_events **out)
{
	struct nsb_events *events;
	int mask;

	if (!out)
		return -EINVAL;
	events = calloc(1, sizeof(*events));
	if (!events)
		return -ENOMEM;
	events->epoll = events->stop = events->proc = events->cgroup = -1;
	mask = -pthread_mutex_init(&events->lock, NULL);
	if (mask) {
		free(events);
		return mask;
	}
	mask = open_sources(events, want);
	if (mask < 0)
		nsb_events_close(events);
	else
		*out = events;
	return mask;
}

void nsb_events_close(struct nsb_events *events)
{
	if (!events)
		return;
	nsb_cleanup_fd(&events->epoll);
	nsb_cleanup_fd(&events->stop);
	nsb_cleanup_fd(&events->proc);
	nsb_cleanup_fd(&events->cgroup);
	nsb_cgroup_free(events);
	pthread_mutex_destroy(&events->lock);
	free(events->queue);
	free(events);
}

int nsb_events_watch(struct nsb_events *events, const char *path)
{
	int count;

	if (!path)
		return -EINVAL;
	if (events->cgroup < 0)
		return -ENODEV;
	pthread_mutex_lock(&events->lock);
	count = nsb_cgroup_watch(events, path);
	pthread_mutex_unlock(&events->lock);
	return count;
}

void nsb_events_stop(struct nsb_events *events)
{
	uint64_t one = 1;
	ssize_t written;

	/* Never read again, so the descriptor stays readable: stopped is stopped. */
	do
		written = write(events->stop, &one, sizeof(one));
	while (written < 0 && errno == EINTR);
}

static bool is_stopped(const struct nsb_events *events, int timeout_ms)
{
	struct pollfd stop = {.fd = events->stop, .events = POLLIN};

	return poll(&stop, 1, timeout_ms) > 0;
}

static void drain(struct nsb_events *events)
{
	if (events->proc >= 0)
		nsb_proc_drain(events);
	if (events->cgroup >= 0) {
		pthread_mutex_lock(&events->lock);
		nsb_cgroup_drain(events);
		pthread_mutex_unlock(&events->lock);
	}
}

static int64_t take(struct nsb_events *events, struct nsb_event *out, uint64_t cap)
{
	uint64_t count = events->queued - events->taken;

	if (events->lost) {
		/* Whoever looks at everything now need not hear the rest. */
		events->lost = false;
		events->queued = events->taken = 0;
		return -EOVERFLOW;
	}
	if (count > cap)
		count = cap;
	if (count)
		memcpy(out, events->queue + events->taken, count * sizeof(*out));
	events->taken += (uint32_t)count;
	if (events->taken == events->queued)
		events->queued = events->taken = 0;
	return (int64_t)count;
}

/* What is left of timeout_ms, so that events which are none of ours do not prolong the wait. */
static int remaining(int timeout_ms, uint64_t begin)
{
	uint64_t passed = (monotonic() - begin) / 1000000u;

	if (timeout_ms < 0)
		return -1;
	return passed >= (uint64_t)timeout_ms ? 0 : timeout_ms - (int)passed;
}

int64_t nsb_events_wait(struct nsb_events *events, int timeout_ms, unsigned int settle_ms,
			struct nsb_event *out, uint64_t cap)
{
	uint64_t begin = monotonic();
	int left = timeout_ms;

	if (!out || cap == 0)
		return -EINVAL;
	/* What did not fit into the caller's array the last time goes first. */
	while (events->taken == events->queued && !events->lost) {
		struct epoll_event ready[4];
		int count = epoll_wait(events->epoll, ready, 4, left);

		if (count < 0 && errno != EINTR)
			return -errno;
		if (is_stopped(events, 0))
			return -ECANCELED;
		if (count > 0 && settle_ms && is_stopped(events, (int)settle_ms))
			return -ECANCELED;
		if (count > 0)
			drain(events);
		left = remaining(timeout_ms, begin);
		if (left == 0)
			break;
	}
	if (is_stopped(events, 0))
		return -ECANCELED;
	return take(events, out, cap);
}
