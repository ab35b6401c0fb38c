// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <string.h>

#include "cgroups.h"
#include "cleanup.h"

/* The line with the usage is the first one; the whole file of a newer kernel has 1 kB. */
#define USAGE_BYTES 128

static ssize_t read_usage_text(struct nsb_cgroups *all, const struct nsb_hierarchy *h,
			       struct nsb_cgroup_node *n, char *text)
{
	NSB_AUTO_FD int fd = -1;
	ssize_t got;

	if (n->cpu >= 0)
		return pread(n->cpu, text, USAGE_BYTES, 0);
	fd = nsb_cgroup_open(h, n, h->version == 2 ? "cpu.stat" : "cpuacct.usage", O_RDONLY);
	if (fd < 0)
		return fd;
	got = nsb_read(fd, text, USAGE_BYTES);
	if (got > 0 && all->kept < all->kept_max) {
		n->cpu = nsb_take_fd(&fd);
		all->kept++;
	}
	return got;
}

static bool usage_moved(struct nsb_cgroups *all, const struct nsb_hierarchy *h,
			struct nsb_cgroup_node *n)
{
	char text[USAGE_BYTES];
	ssize_t got = read_usage_text(all, h, n, text);
	uint64_t usage, before = n->usage;
	bool known = n->usage_known;

	n->usage_known = got > 0 && nsb_parse_cpu_usage(text, (size_t)got, h->version, &usage) == 0;
	if (!n->usage_known)
		return true;
	n->usage = usage;
	return !known || usage != before;
}

void nsb_cgroups_clock(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct nsb_cgroup_node *n = &all->nodes[i];
		const struct nsb_hierarchy *h = &hierarchies[n->rec.hierarchy];

		/*
		 * The clock of a root is no witness: v2 takes it from the statistics of the CPUs,
		 * which go by timer ticks (root_cgroup_cputime() in kernel/cgroup/rstat.c). Below
		 * it every nanosecond counts, for the cgroup and all above: where nothing ran in
		 * the parent nothing ran in the child.
		 */
		if (!h->clock || n->parent == NSB_NONE)
			n->dirty = true;
		else if (n->fresh || all->nodes[n->parent].dirty)
			n->dirty = usage_moved(all, h, n);
		else
			n->dirty = false;
	}
}

static void mark_domain(struct nsb_cgroups *all, uint32_t index)
{
	while (all->nodes[index].parent != NSB_NONE && !all->nodes[index].threaded) {
		all->nodes[index].threaded = true;
		index = all->nodes[index].parent;
	}
	all->nodes[index].threaded = true;
}

static int read_members(struct nsb_cgroups *all, const struct nsb_hierarchy *h, uint32_t index,
			struct nsb_table *table)
{
	struct nsb_cgroup_node *n = &all->nodes[index];
	NSB_AUTO_FD int fd = nsb_cgroup_open(h, n, "cgroup.procs", O_RDONLY);
	const char *at, *end;
	uint32_t pid, procs = 0;
	int err;

	n->rec.procs = UINT32_MAX;
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	err = nsb_read_all(fd, &all->buf);
	/* A threaded cgroup: its processes are members of the domain above. */
	if (err == -EOPNOTSUPP)
		mark_domain(all, index);
	if (err)
		return err == -ENOMEM ? err : 0;

	at = all->buf.data;
	end = at + all->buf.len;
	for (; nsb_next_member(&at, end, &pid); procs++) {
		uint32_t found = nsb_table_find(table, pid);
		uint32_t *known;

		if (found == NSB_NONE)
			continue;
		known = &table->entries[found].cgroup[n->rec.hierarchy];
		if (*known != index) {
			if (*known != NSB_NONE) {
				table->entries[found].split |= table->entries[found].fresh;
				all->nodes[*known].left = true;
			}
			*known = index;
			table->entries[found].stale = true;
		}
	}
	n->rec.procs = procs;
	return 0;
}

/*
 * Its list is made and sorted anew for every reader, at some microseconds for each member, and most
 * processes of a host may be in it. That it looks dirty is by decree.
 */
static bool is_v1_root(const struct nsb_cgroup_node *n, const struct nsb_hierarchy *h)
{
	return h->version == 1 && n->parent == NSB_NONE;
}

/* Spread by inode, so that no tick reads much more than another. */
static bool has_turn(const struct nsb_cgroup_node *n, const struct nsb_hierarchy *h, uint32_t turn)
{
	if (turn == NSB_EVERY_MEMBER)
		return true;
	if (is_v1_root(n, h))
		return turn % NSB_V1_ROOT_TURNS == n->rec.hierarchy * 2 % NSB_V1_ROOT_TURNS;
	return n->rec.ino % NSB_MEMBERS_TURNS == turn % NSB_MEMBERS_TURNS;
}

static bool wants_members(struct nsb_cgroup_node *n, const struct nsb_hierarchy *h, uint32_t turn)
{
	bool ran = h->clock && n->dirty && !is_v1_root(n, h);
	/* Once more after the last run: a process that ended may still have been listed. */
	bool wanted = n->fresh || ran || n->ran || has_turn(n, h, turn);

	n->ran = ran;
	return wanted;
}

int nsb_cgroups_members(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
			uint32_t turn, struct nsb_table *table)
{
	int err = 0;

	for (uint32_t i = 0; i < all->count && !err; i++) {
		struct nsb_cgroup_node *n = &all->nodes[i];
		const struct nsb_hierarchy *h = &hierarchies[n->rec.hierarchy];

		if (!wants_members(n, h, turn))
			continue;
		n->left = false;
		err = read_members(all, h, i, table);
	}
	/*
	 * The time that a process runs until it moves itself is often put on the account of the
	 * cgroup it moves to, so the one that it left may look idle.
	 */
	for (uint32_t i = 0; i < all->count && !err; i++) {
		struct nsb_cgroup_node *n = &all->nodes[i];
		const struct nsb_hierarchy *h = &hierarchies[n->rec.hierarchy];

		if (!n->left || is_v1_root(n, h))
			continue;
		n->left = false;
		err = read_members(all, h, i, table);
	}
	return err;
}

void nsb_cgroups_leave(struct nsb_cgroups *all, const struct nsb_entry *entry)
{
	for (uint32_t h = 0; h < NSB_HIERARCHIES; h++)
		if (entry->cgroup[h] != NSB_NONE)
			all->nodes[entry->cgroup[h]].left = true;
}

bool nsb_cgroups_idle(const struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
		      uint32_t nhierarchies, const struct nsb_entry *entry)
{
	for (uint32_t h = 0; h < nhierarchies; h++)
		if (hierarchies[h].clock && entry->cgroup[h] != NSB_NONE &&
		    !all->nodes[entry->cgroup[h]].dirty)
			return true;
	return false;
}
