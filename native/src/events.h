/* SPDX-License-Identifier: MIT */
#ifndef NSB_EVENTS_H
#define NSB_EVENTS_H
#include <pthread.h>
#include <stdbool.h>

#include "nsbridge.h"

struct nsb_watch {
	int wd;
	char *path;
};

struct nsb_events {
	int epoll, stop; /* stop: eventfd(2) */
	int proc;	 /* netlink socket, or -1 */
	int cgroup;	 /* inotify(7), or -1 */

	pthread_mutex_t lock; /* of the watches: a tree may be added during a wait */
	struct nsb_watch *watches;
	uint32_t nwatches, watches_cap;

	struct nsb_event *queue;
	uint32_t queued, taken, queue_cap;
	bool lost;
};

/* More of one burst than this is not worth telling one by one. */
#define NSB_QUEUE_MAX 65536

/* Appends an event; one that says the same as the last is merged with it. */
void nsb_events_push(struct nsb_events *events, uint32_t type, uint32_t pid, uint32_t arg);

/* events_proc.c: the proc connector. A descriptor or -errno. */
int nsb_proc_connect(void);
/* Takes everything that has arrived. */
void nsb_proc_drain(struct nsb_events *events);
/* One datagram of the connector. */
void nsb_proc_parse(struct nsb_events *events, const char *data, size_t len);

/* events_cgroup.c: inotify. */
int nsb_cgroup_watch(struct nsb_events *events, const char *path);
void nsb_cgroup_drain(struct nsb_events *events);
/* What one read(2) of inotify gave. */
void nsb_cgroup_parse(struct nsb_events *events, const char *data, size_t len);
void nsb_cgroup_free(struct nsb_events *events);

#endif
