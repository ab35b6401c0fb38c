/* SPDX-License-Identifier: MIT */
#ifndef NSB_NAMESPACES_H
#define NSB_NAMESPACES_H
#include "nsbridge.h"
#include "nsfs.h"
#include "table.h"

struct nsb_ns_node {
	struct nsb_ns rec;
	struct nsb_ns sent; /* as the last frame had it */
	uint32_t refs;	    /* processes in it */
	uint32_t via;	    /* a process in it, by which it is opened */
	uint32_t next;	    /* in its bucket, or in the free list */
	uint32_t moved;	    /* of refs, those whose process was read in this round */
	uint32_t moved_in;  /* the round that moved counts for */
	uint32_t visit;	    /* the round that read it as somebody's owner or parent */
	bool used;
	bool is_sent;
	bool unread; /* to be opened before the next frame */
	bool reached;
};

struct nsb_namespaces {
	struct nsb_ns_node *nodes;
	uint32_t *buckets;
	uint32_t count, cap, live, nbuckets, free_head;
	uint32_t unread; /* nodes to be opened */
	uint32_t round;
	uint32_t *moved; /* nodes with a process that was read in this round */
	uint32_t nmoved, moved_cap;
	bool disturbed; /* something may have come, gone or changed since the last frame */
	struct nsb_nsfs nsfs;
	/* Gone since the last frame. */
	struct nsb_gone_ns *gone;
	uint32_t ngone, gone_cap;
};

void nsb_namespaces_init(struct nsb_namespaces *all);
void nsb_namespaces_free(struct nsb_namespaces *all);
/* A process is in the namespace, or no more. An inode of 0 is nothing. 0 or -ENOMEM. */
int nsb_namespaces_enter(struct nsb_namespaces *all, uint64_t ino, uint32_t type, uint32_t pid);
/* A process that may have run is in it as before; by way of others, even in another of that inode.
 */
int nsb_namespaces_stay(struct nsb_namespaces *all, uint64_t ino, uint32_t type, uint32_t pid);
void nsb_namespaces_leave(struct nsb_namespaces *all, uint64_t ino, uint32_t type);
/*
 * Opens the namespaces that are new, or whose inode may stand for another one now, follows owners
 * and parents upward, and drops those that nothing leads to any more. 0 or -ENOMEM.
 */
int nsb_namespaces_settle(struct nsb_namespaces *all, int proc, const struct nsb_table *table);

#endif
