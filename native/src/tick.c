// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "procs.h"
#include "reader.h"

static int read_again(struct nsb *reader, uint32_t index, const struct nsb_entry *kthreadd)
{
	struct nsb_entry now;
	int err = nsb_read_proc(reader->proc, &reader->table.entries[index], kthreadd, NULL,
				&reader->texts, &reader->scratch, &now);

	return nsb_merge(reader, index, &now, err);
}

/* The kernel gives the children of a process that ended to another; they need not run for it. */
static bool is_orphan(const struct nsb_table *table, const struct nsb_entry *e)
{
	uint32_t parent;
	uint8_t state;

	if (e->rec.ppid == 0)
		return false;
	parent = nsb_table_find(table, e->rec.ppid);
	if (parent == NSB_NONE)
		return true;
	state = table->entries[parent].rec.state;
	return state == 'Z' || state == 'X';
}

/* Reads the process unless it is sure that nothing of it has changed. Returns as nsb_merge(). */
static int visit(struct nsb *reader, uint32_t index, bool must, const struct nsb_entry *kthreadd)
{
	struct nsb_entry *e = &reader->table.entries[index];
	bool is_new = e->fresh;
	struct nsb_ran ran = {0};
	bool known;
	int err;

	must = must || is_new || e->stale || is_orphan(&reader->table, e);
	if (!must &&
	    (e->rec.flags & NSB_P_KTHREAD ||
	     nsb_cgroups_idle(&reader->cgroups, reader->hierarchies, reader->nhierarchies, e)))
		return 0;

	/* Before the facts: a process that runs while they are read shows in the next tick. */
	known = nsb_read_ran(reader->proc, e->rec.pid, &reader->scratch, &ran) == 0;
	if (!must && known && e->ran_known && memcmp(&ran, &e->ran, sizeof(ran)) == 0 &&
	    (e->rec.threads < 2 || !nsb_status_differs(reader->proc, e, &reader->scratch)))
		return 0;
	e->ran = ran;
	e->ran_known = known;
	err = read_again(reader, index, kthreadd);

	/*
	 * Before Linux 5.18 the child that becomes a user mode helper is a kernel thread until its
	 * exec: a new one is looked at twice.
	 */
	if (!err && is_new && reader->table.entries[index].rec.flags & NSB_P_KTHREAD)
		reader->table.entries[index].stale = true;
	return err;
}

/* Children of processes that ended while this tick was reading. */
static int visit_orphans(struct nsb *reader, const struct nsb_entry *kthreadd)
{
	/* A second round for those whose new parent ended as well; then the next tick does it. */
	for (int round = 0; round < 2 && reader->bereaved; round++) {
		reader->bereaved = false;
		for (uint32_t i = reader->table.count; i-- > 0;) {
			int err;

			if (!is_orphan(&reader->table, &reader->table.entries[i]))
				continue;
			err = visit(reader, i, true, kthreadd);
			if (err && err != -ESRCH)
				return err;
		}
	}
	reader->bereaved = false;
	return 0;
}

/*
 * A process that was read after an event stands for its namespaces only once a tick has looked at
 * all others in them (doubt_moved() in namespaces.c).
 */
static int settle_touched(struct nsb *reader, struct nsb_entry *e)
{
	int err = 0;

	if (!e->touched)
		return 0;
	e->touched = false;
	for (uint32_t type = 0; type < NSB_NS_TYPES && !err; type++)
		err = nsb_namespaces_stay(&reader->namespaces, e->rec.ns[type], type, e->rec.pid);
	return err;
}

static int visit_all(struct nsb *reader, bool every)
{
	struct nsb_entry copy;
	const struct nsb_entry *kthreadd = nsb_kthreadd(reader, &copy);

	reader->bereaved = false;
	for (uint32_t i = reader->table.count; i-- > 0;) {
		int err = settle_touched(reader, &reader->table.entries[i]);

		if (!err)
			err = visit(reader, i, every, kthreadd);
		if (err && err != -ESRCH)
			return err;
	}
	return visit_orphans(reader, kthreadd);
}

int64_t nsb_tick_locked(struct nsb *reader, bool every)
{
	uint32_t turn = every ? NSB_EVERY_MEMBER : reader->ticks++;
	int err = nsb_list_processes(reader);

	if (!err)
		err = nsb_cgroups_scan(&reader->cgroups, reader->hierarchies, reader->nhierarchies,
				       &reader->table);
	if (err)
		return err;
	nsb_cgroups_clock(&reader->cgroups, reader->hierarchies);
	err = nsb_cgroups_members(&reader->cgroups, reader->hierarchies, turn, &reader->table);
	if (!err)
		err = visit_all(reader, every);
	if (!err)
		err = nsb_namespaces_settle(&reader->namespaces, reader->proc, &reader->table);
	return err ? err : nsb_pack(reader, reader->revision);
}

static int touch(struct nsb *reader, uint32_t pid, const struct nsb_entry *kthreadd)
{
	uint32_t index = nsb_table_find(&reader->table, pid);
	int err;

	if (pid == 0 || pid > NSB_PID_LIMIT)
		return 0;
	if (index == NSB_NONE) {
		err = nsb_table_add(&reader->table, pid, &index);
		if (err)
			return err;
	}
	err = visit(reader, index, true, kthreadd);
	if (!err)
		reader->table.entries[index].touched = true;
	return err == -ESRCH ? 0 : err;
}

int64_t nsb_touch_locked(struct nsb *reader, const uint32_t *pids, uint64_t count)
{
	struct nsb_entry copy;
	const struct nsb_entry *kthreadd = nsb_kthreadd(reader, &copy);
	int err = 0;

	/* Orphans are left to the next tick, which looks at every parent anyway. */
	for (uint64_t i = 0; i < count && !err; i++)
		err = touch(reader, pids[i], kthreadd);
	if (!err)
		err = nsb_namespaces_settle(&reader->namespaces, reader->proc, &reader->table);
	return err ? err : nsb_pack(reader, reader->revision);
}
