/* SPDX-License-Identifier: MIT */
#ifndef NSB_NSFS_H
#define NSB_NSFS_H
#include <stdbool.h>

#include "nsbridge.h"

/* What the running kernel has proved not to know; asked once. */
struct nsb_nsfs {
	bool no_id;	  /* NS_GET_ID */
	bool no_mntns_id; /* NS_GET_MNTNS_ID */
};

/* Inodes of the initial namespaces (enum in include/linux/proc_ns.h, unchanged since Linux 3.8). */
#define NSB_INITIAL_USER_INO 0xEFFFFFFDu
#define NSB_INITIAL_PID_INO 0xEFFFFFFCu

/*
 * Describes the namespace behind a descriptor of nsfs. owner and parent get descriptors of those,
 * or -1; for a user namespace they are one and the same, given as owner only. 0 or -errno.
 */
int nsb_nsfs_describe(struct nsb_nsfs *nsfs, int fd, uint32_t type, struct nsb_ns *out, int *owner,
		      int *parent);

/* The 64-bit id, never given to another one, or 0 where the kernel has none. */
uint64_t nsb_nsfs_id(struct nsb_nsfs *nsfs, int fd, uint32_t type);

/* NS_GET_NSTYPE as enum nsb_ns_type, or -errno. */
int nsb_nsfs_type(int fd);

#endif
