/* SPDX-License-Identifier: MIT */
#ifndef NSB_TABLE_H
#define NSB_TABLE_H
#include "nsbridge.h"
#include "parse.h"

#define NSB_NONE UINT32_MAX
/* Linux has 14 v1 controllers; with named hierarchies and v2 no real host comes near. */
#define NSB_HIERARCHIES 20

/* What is known of one process. */
struct nsb_entry {
	struct nsb_proc rec; /* nspid is set when a frame is packed */
	uint32_t nspid[NSB_LEVELS];
	uint32_t cgroup[NSB_HIERARCHIES]; /* index of a cgroup node, or NSB_NONE */
	struct nsb_ran ran;		  /* as it was before the facts were read */
	uint32_t name_hash;
	uint32_t listed; /* the last listing of /proc that had it */
	bool ran_known;
	bool fresh;   /* no facts yet */
	bool split;   /* listed in two cgroups of a v1 hierarchy, for single threads */
	bool stale;   /* something outside the process changed a fact of it */
	bool changed; /* goes into the next frame */
	bool touched; /* read by itself since the last tick */
	bool sent;    /* a frame had it, with this start time */
};

/* Processes in no order, found by pid. Indices move when one is removed. */
struct nsb_table {
	struct nsb_entry *entries;
	uint32_t count, cap;
	uint32_t *by_pid; /* index + 1; pids are dense and have a limit, so no hash is needed */
	uint32_t pids;	  /* length of by_pid */
};

void nsb_table_free(struct nsb_table *table);
/* The index of a pid, or NSB_NONE. */
uint32_t nsb_table_find(const struct nsb_table *table, uint32_t pid);
/* Adds a pid that is not in the table, as fresh. 0 or -ENOMEM. */
int nsb_table_add(struct nsb_table *table, uint32_t pid, uint32_t *index);
/* The last entry takes the place of the removed one. */
void nsb_table_remove(struct nsb_table *table, uint32_t index);

#endif
