// SPDX-License-Identifier: MIT
#include "namespaces.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "cleanup.h"
#include "procs.h"

/* User and pid namespaces nest at most 32 deep (user_namespaces(7), pid_namespaces(7)). */
#define DEPTH_MAX 40
/* Members that are tried before a namespace counts as one that cannot be opened. */
#define MEMBERS_MAX 8

void nsb_namespaces_init(struct nsb_namespaces *all)
{
	memset(all, 0, sizeof(*all));
	all->free_head = NSB_NONE;
	all->round = 1;
}

void nsb_namespaces_free(struct nsb_namespaces *all)
{
	free(all->nodes);
	free(all->buckets);
	free(all->gone);
	free(all->moved);
}

static uint32_t *bucket(const struct nsb_namespaces *all, uint64_t ino)
{
	/* Inodes of nsfs are consecutive numbers: they spread well as they are. */
	return &all->buckets[(uint32_t)ino & (all->nbuckets - 1)];
}

static uint32_t find(const struct nsb_namespaces *all, uint64_t ino, uint32_t type)
{
	uint32_t i = all->nbuckets ? *bucket(all, ino) : NSB_NONE;

	while (i != NSB_NONE && (all->nodes[i].rec.ino != ino || all->nodes[i].rec.type != type))
		i = all->nodes[i].next;
	return i;
}

static int rehash(struct nsb_namespaces *all)
{
	uint32_t wanted = all->nbuckets ? all->nbuckets * 2 : 256;
	uint32_t *buckets = malloc(wanted * sizeof(*buckets));

	if (!buckets)
		return -ENOMEM;
	memset(buckets, 0xff, wanted * sizeof(*buckets));
	free(all->buckets);
	all->buckets = buckets;
	all->nbuckets = wanted;
	for (uint32_t i = 0; i < all->count; i++) {
		struct nsb_ns_node *n = &all->nodes[i];

		if (!n->used)
			continue;
		n->next = *bucket(all, n->rec.ino);
		*bucket(all, n->rec.ino) = i;
	}
	return 0;
}

static int add(struct nsb_namespaces *all, uint64_t ino, uint32_t type, uint32_t *index)
{
	struct nsb_ns_node *n;
	uint32_t i;
	int err = 0;

	if (all->live >= all->nbuckets)
		err = rehash(all);
	if (!err && all->free_head == NSB_NONE)
		err = nsb_grow(&all->nodes, &all->cap, all->count, sizeof(*all->nodes));
	if (err)
		return err;
	if (all->free_head != NSB_NONE) {
		i = all->free_head;
		all->free_head = all->nodes[i].next;
	} else {
		i = all->count++;
	}
	n = &all->nodes[i];
	memset(n, 0, sizeof(*n));
	n->used = true;
	n->rec.ino = ino;
	n->rec.type = type;
	n->rec.owner_uid = UINT32_MAX;
	n->next = *bucket(all, ino);
	*bucket(all, ino) = i;
	all->live++;
	all->disturbed = true;
	*index = i;
	return 0;
}

static int drop(struct nsb_namespaces *all, uint32_t i)
{
	struct nsb_ns_node *n = &all->nodes[i];
	uint32_t *link = bucket(all, n->rec.ino);

	if (n->is_sent) {
		int err = nsb_grow(&all->gone, &all->gone_cap, all->ngone, sizeof(*all->gone));

		if (err)
			return err;
		all->gone[all->ngone++] = (struct nsb_gone_ns){n->rec.ino, n->rec.type, 0};
	}
	while (*link != i)
		link = &all->nodes[*link].next;
	*link = n->next;
	all->unread -= n->unread;
	memset(n, 0, sizeof(*n));
	n->next = all->free_head;
	all->free_head = i;
	all->live--;
	return 0;
}

static void want_read(struct nsb_namespaces *all, struct nsb_ns_node *n)
{
	all->unread += !n->unread;
	n->unread = true;
}

/* Counts that what is known of the node no longer rests on this one of its processes. */
static int note_moved(struct nsb_namespaces *all, uint32_t i, uint32_t pid)
{
	struct nsb_ns_node *n = &all->nodes[i];
	int err;

	n->via = pid;
	if (n->moved_in == all->round) {
		n->moved++;
		return 0;
	}
	err = nsb_grow(&all->moved, &all->moved_cap, all->nmoved, sizeof(*all->moved));
	if (err)
		return err;
	all->moved[all->nmoved++] = i;
	n->moved_in = all->round;
	n->moved = 1;
	return 0;
}

int nsb_namespaces_enter(struct nsb_namespaces *all, uint64_t ino, uint32_t type, uint32_t pid)
{
	uint32_t i;
	int err;

	if (!ino)
		return 0;
	i = find(all, ino, type);
	if (i == NSB_NONE) {
		err = add(all, ino, type, &i);
		if (err)
			return err;
	}
	if (all->nodes[i].refs++ == 0) {
		want_read(all, &all->nodes[i]);
		all->disturbed = true;
	}
	return note_moved(all, i, pid);
}

int nsb_namespaces_stay(struct nsb_namespaces *all, uint64_t ino, uint32_t type, uint32_t pid)
{
	uint32_t i = ino ? find(all, ino, type) : NSB_NONE;

	return i == NSB_NONE ? 0 : note_moved(all, i, pid);
}

void nsb_namespaces_leave(struct nsb_namespaces *all, uint64_t ino, uint32_t type)
{
	uint32_t i = ino ? find(all, ino, type) : NSB_NONE;

	if (i != NSB_NONE && --all->nodes[i].refs == 0)
		all->disturbed = true;
}

static int take(struct nsb_namespaces *all, uint32_t i, int fd, int depth);

/* Follows an owner or parent that was reached by ioctl. Closes fd. */
static int follow(struct nsb_namespaces *all, int other, uint64_t ino, uint32_t type, int depth)
{
	NSB_AUTO_FD int fd = other;
	uint32_t i;
	int err;

	if (fd < 0 || depth > DEPTH_MAX)
		return 0;
	i = find(all, ino, type);
	if (i == NSB_NONE) {
		err = add(all, ino, type, &i);
		if (err)
			return err;
	}
	/* With a process in it, it is read on its own account. */
	if (all->nodes[i].refs || all->nodes[i].visit == all->round)
		return 0;
	return take(all, i, fd, depth + 1);
}

static int take(struct nsb_namespaces *all, uint32_t i, int fd, int depth)
{
	uint32_t type = all->nodes[i].rec.type;
	struct nsb_ns rec;
	int owner, parent, err;

	all->nodes[i].visit = all->round;
	err = nsb_nsfs_describe(&all->nsfs, fd, type, &rec, &owner, &parent);
	if (err)
		return 0;
	all->nodes[i].rec = rec;
	/* The nodes may move from here on. */
	err = follow(all, owner, rec.owner, NSB_NS_USER, depth);
	if (!err)
		return follow(all, parent, rec.parent, NSB_NS_PID, depth);
	if (parent >= 0)
		close(parent);
	return err;
}

/* Opens the namespace through one process; -ESTALE: that one is in another by now. */
static int open_through(int proc, const struct nsb_ns *ns, uint32_t pid)
{
	NSB_AUTO_FD int fd = -1;
	char name[32];
	struct stat st;

	snprintf(name, sizeof(name), "%u/%s", pid, nsb_ns_files[ns->type]);
	fd = openat(proc, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || st.st_ino != ns->ino)
		return -ESTALE;
	return nsb_take_fd(&fd);
}

static int open_node(const struct nsb_ns_node *n, int proc, const struct nsb_table *table)
{
	int fd = open_through(proc, &n->rec, n->via);
	int tried = 1, denied = 0;

	denied += fd == -EACCES || fd == -EPERM;
	for (uint32_t i = 0; fd < 0 && i < table->count && tried < MEMBERS_MAX; i++) {
		const struct nsb_proc *p = &table->entries[i].rec;

		if (p->ns[n->rec.type] != n->rec.ino || p->pid == n->via)
			continue;
		fd = open_through(proc, &n->rec, p->pid);
		denied += fd == -EACCES || fd == -EPERM;
		tried++;
	}
	/* Only a refusal by all is an answer; else the next frame tries again. */
	return fd < 0 && denied == tried ? -EACCES : fd;
}

static int read_node(struct nsb_namespaces *all, uint32_t i, int proc,
		     const struct nsb_table *table)
{
	NSB_AUTO_FD int fd = open_node(&all->nodes[i], proc, table);
	struct nsb_ns_node *n = &all->nodes[i];

	if (fd == -EACCES || fd >= 0) {
		n->unread = false;
		all->unread--;
	}
	if (fd >= 0 && n->rec.id && nsb_nsfs_id(&all->nsfs, fd, n->rec.type) == n->rec.id)
		return 0; /* the same as ever, and so are all above */
	if (fd >= 0)
		return take(all, i, fd, 0);
	n->rec = (struct nsb_ns){
		.ino = n->rec.ino,
		.type = n->rec.type,
		.owner_uid = UINT32_MAX,
		.flags = NSB_N_OPEN_DENIED,
	};
	return 0;
}

static void reach(struct nsb_namespaces *all, uint32_t i)
{
	while (i != NSB_NONE && !all->nodes[i].reached) {
		struct nsb_ns_node *n = &all->nodes[i];

		n->reached = true;
		if (n->rec.type == NSB_NS_PID && n->rec.parent)
			reach(all, find(all, n->rec.parent, NSB_NS_PID));
		i = n->rec.owner ? find(all, n->rec.owner, NSB_NS_USER) : NSB_NONE;
	}
}

static int sweep(struct nsb_namespaces *all)
{
	for (uint32_t i = 0; i < all->count; i++)
		all->nodes[i].reached = false;
	for (uint32_t i = 0; i < all->count; i++)
		if (all->nodes[i].used && all->nodes[i].refs)
			reach(all, i);
	for (uint32_t i = 0; i < all->count; i++) {
		struct nsb_ns_node *n = &all->nodes[i];

		if (!n->used)
			continue;
		if (!n->reached) {
			int err = drop(all, i);

			if (err)
				return err;
		} else if (n->refs) {
			n->rec.flags &= ~(uint32_t)NSB_N_HIDDEN;
		} else {
			n->rec.flags |= NSB_N_HIDDEN;
			all->unread -= n->unread;
			n->unread = false;
		}
	}
	return 0;
}

/*
 * The kernel gives inode numbers of nsfs out again at once: between two frames a number may come to
 * stand for another namespace, under the very same processes. A process that has not run since
 * vouches that it does not; where there is none, the namespace is opened again.
 */
static void doubt_moved(struct nsb_namespaces *all)
{
	for (uint32_t k = 0; k < all->nmoved; k++) {
		struct nsb_ns_node *n = &all->nodes[all->moved[k]];

		if (n->used && n->refs && n->moved >= n->refs)
			want_read(all, n);
	}
	all->nmoved = 0;
}

int nsb_namespaces_settle(struct nsb_namespaces *all, int proc, const struct nsb_table *table)
{
	int err = 0;

	doubt_moved(all);
	all->round++;
	if (all->unread) {
		all->disturbed = true;
		for (uint32_t i = 0; i < all->count && !err; i++)
			if (all->nodes[i].used && all->nodes[i].unread && all->nodes[i].refs)
				err = read_node(all, i, proc, table);
	}
	if (!err && all->disturbed)
		err = sweep(all);
	return err;
}
