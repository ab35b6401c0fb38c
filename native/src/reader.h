/* SPDX-License-Identifier: MIT */
#ifndef NSB_READER_H
#define NSB_READER_H
#include <pthread.h>

#include "buf.h"
#include "cgroups.h"
#include "namespaces.h"
#include "nsbridge.h"
#include "table.h"
#include "texts.h"

struct nsb {
	pthread_mutex_t lock; /* held by the one call that is inside */
	int proc;	      /* directory descriptor of the procfs */
	struct nsb_hierarchy hierarchies[NSB_HIERARCHIES];
	uint32_t nhierarchies;

	/* The picture after the last frame. A call that fails drops it: only a full frame helps. */
	bool has_picture;
	struct nsb_table table;
	struct nsb_namespaces namespaces;
	struct nsb_cgroups cgroups;
	struct nsb_texts texts;
	uint64_t revision;
	uint32_t listing; /* number of the last listing of /proc */
	uint32_t ticks;

	/* Since the last frame. */
	struct nsb_gone_proc *gone;
	uint32_t ngone, gone_cap;
	uint32_t *changed; /* pids; some may be twice in it, or gone */
	uint32_t nchanged, changed_cap;
	bool bereaved; /* a process ended: its children have another parent now */

	struct nsb_buf scratch;
	struct nsb_buf frame;
};

/* The calls of the public API, with the lock held. */
int64_t nsb_full_locked(struct nsb *reader, unsigned int threads);
int64_t nsb_tick_locked(struct nsb *reader, bool every);
int64_t nsb_touch_locked(struct nsb *reader, const uint32_t *pids, uint64_t count);

int nsb_picture_init(struct nsb *reader);
void nsb_picture_drop(struct nsb *reader);

/* merge.c: what was read of a process becomes part of the picture. */

/* Adds all pids of /proc to the table; those no more listed become gone. */
int nsb_list_processes(struct nsb *reader);
/*
 * Takes over what nsb_read_proc() made of the entry at index (result is its return value): counts
 * references to namespaces, marks the entry as changed, notices another process under the pid.
 * -ESRCH: it is gone and the entry removed, the last one stands at index. -ENOMEM.
 */
int nsb_merge(struct nsb *reader, uint32_t index, struct nsb_entry *now, int result);
/* Removes an entry and reports it as gone if a frame had it. */
int nsb_lose(struct nsb *reader, uint32_t index);
/* Copies what is known of pid 2 if that is kthreadd; else returns NULL. */
const struct nsb_entry *nsb_kthreadd(const struct nsb *reader, struct nsb_entry *copy);

/* frame.c: packs the changes (base 0: everything) and forgets them. Bytes, 0, or -errno. */
int64_t nsb_pack(struct nsb *reader, uint64_t base);

#endif
