/* SPDX-License-Identifier: MIT */
#ifndef NSB_CGROUPS_H
#define NSB_CGROUPS_H
#include "buf.h"
#include "nsbridge.h"
#include "table.h"

struct nsb_hierarchy {
	int root; /* directory descriptor of the mount point */
	int version;
	uint64_t dev;
	bool clock;   /* tells per cgroup whether anything ran in it */
	bool counted; /* on cgroupfs: the link count of a directory is 2 + its subdirectories */
};

struct nsb_cgroup_node {
	struct nsb_cgroup rec; /* path is set when a frame is packed */
	struct nsb_cgroup sent;
	char *path;	 /* "/" or "/a/b" */
	uint32_t parent; /* index, always smaller than that of the child; NSB_NONE for a root */
	uint32_t children;
	uint64_t nlink;
	uint64_t usage; /* CPU time used, in the unit of its file */
	int cpu;	/* kept descriptor of that file, or -1 */
	bool usage_known;
	bool fresh;    /* came with the last scan */
	bool dirty;    /* something may have run in it since the scan before the last one */
	bool ran;      /* dirty at the time of the members before */
	bool left;     /* a process left it: the members are to be read */
	bool threaded; /* domain of a threaded subtree: where its threads are is not known */
	bool gone;
	bool is_sent;
};

struct nsb_cgroups {
	struct nsb_cgroup_node *nodes; /* parents before children */
	uint32_t count, cap;
	uint32_t kept, kept_max;      /* descriptors in cpu */
	struct nsb_gone_cgroup *gone; /* since the last frame */
	uint32_t ngone, gone_cap;
	struct nsb_buf buf;
};

int nsb_hierarchy_open(const char *path, int version, struct nsb_hierarchy *out);

void nsb_cgroups_init(struct nsb_cgroups *all);
void nsb_cgroups_free(struct nsb_cgroups *all);
/* Finds directories that came and went. Entries of a removed cgroup become stale. 0 or -ENOMEM. */
int nsb_cgroups_scan(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
		     uint32_t nhierarchies, struct nsb_table *table);
/* Sets dirty; to be called before the facts of any process are read. */
void nsb_cgroups_clock(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies);
/*
 * Reads the members of cgroups that are new, dirty, or left by somebody, and of those whose turn it
 * is: every one in NSB_MEMBERS_TURNS calls with consecutive turns, but v1 roots, which cost too
 * much, in NSB_V1_ROOT_TURNS. Entries that are found elsewhere than known become stale. 0 or
 * -ENOMEM.
 */
#define NSB_MEMBERS_TURNS 5
#define NSB_V1_ROOT_TURNS 60
#define NSB_EVERY_MEMBER UINT32_MAX
int nsb_cgroups_members(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
			uint32_t turn, struct nsb_table *table);
/* The process is no more where it was known to be. */
void nsb_cgroups_leave(struct nsb_cgroups *all, const struct nsb_entry *entry);
/* Whether the process cannot have run since the clocks were read the time before. */
bool nsb_cgroups_idle(const struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
		      uint32_t nhierarchies, const struct nsb_entry *entry);

/* Opens a file below the directory of a cgroup; no symbolic link is followed. -errno. */
int nsb_cgroup_open(const struct nsb_hierarchy *h, const struct nsb_cgroup_node *node,
		    const char *file, int flags);

#endif
