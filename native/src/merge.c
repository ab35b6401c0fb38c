// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "procs.h"
#include "reader.h"

#define KTHREADD_PID 2

static int report_gone(struct nsb *reader, const struct nsb_entry *e)
{
	int err;

	reader->bereaved = true;
	if (!e->sent)
		return 0;
	err = nsb_grow(&reader->gone, &reader->gone_cap, reader->ngone, sizeof(*reader->gone));
	if (!err)
		reader->gone[reader->ngone++] =
			(struct nsb_gone_proc){.start = e->rec.start, .pid = e->rec.pid};
	return err;
}

static void release(struct nsb *reader, const struct nsb_entry *e)
{
	for (uint32_t type = 0; type < NSB_NS_TYPES; type++)
		nsb_namespaces_leave(&reader->namespaces, e->rec.ns[type], type);
	nsb_cgroups_leave(&reader->cgroups, e);
	nsb_texts_put(&reader->texts, e->rec.membership);
}

int nsb_lose(struct nsb *reader, uint32_t index)
{
	struct nsb_entry *e = &reader->table.entries[index];
	int err = report_gone(reader, e);

	release(reader, e);
	nsb_table_remove(&reader->table, index);
	return err;
}

int nsb_list_processes(struct nsb *reader)
{
	struct nsb_table *table = &reader->table;
	uint32_t index;
	long got;
	int err;

	reader->listing++;
	if (lseek(reader->proc, 0, SEEK_SET) < 0)
		return -errno;
	while ((got = nsb_getdents(reader->proc, &reader->scratch)) > 0) {
		for (long at = 0; at < got;) {
			const struct nsb_dirent *d = (const void *)(reader->scratch.data + at);
			uint32_t pid = nsb_parse_pid(d->name);

			at += d->reclen;
			if (!pid)
				continue;
			index = nsb_table_find(table, pid);
			if (index == NSB_NONE) {
				err = nsb_table_add(table, pid, &index);
				if (err)
					return err;
			}
			table->entries[index].listed = reader->listing;
		}
	}
	if (got < 0)
		return (int)got;

	/* Backwards: what takes the place of a removed entry has been looked at. */
	for (index = table->count; index-- > 0;)
		if (table->entries[index].listed != reader->listing) {
			err = nsb_lose(reader, index);
			if (err)
				return err;
		}
	return 0;
}

static int count_namespaces(struct nsb *reader, const struct nsb_entry *old,
			    const struct nsb_entry *now)
{
	struct nsb_namespaces *all = &reader->namespaces;

	for (uint32_t type = 0; type < NSB_NS_TYPES; type++) {
		int err;

		if (old->rec.ns[type] == now->rec.ns[type]) {
			err = nsb_namespaces_stay(all, now->rec.ns[type], type, now->rec.pid);
			if (err)
				return err;
			continue;
		}
		err = nsb_namespaces_enter(all, now->rec.ns[type], type, now->rec.pid);
		if (err)
			return err;
		nsb_namespaces_leave(all, old->rec.ns[type], type);
	}
	return 0;
}

/* Another process has the pid: the entry is as if it had never been read. */
static int replace(struct nsb *reader, struct nsb_entry *e)
{
	int err = report_gone(reader, e);

	release(reader, e);
	memset(e->rec.ns, 0, sizeof(e->rec.ns));
	e->rec.membership = NSB_NO_MEMBERSHIP;
	e->fresh = true;
	e->sent = false;
	return err;
}

static bool has_ended(const struct nsb_entry *e)
{
	return e->rec.state == 'Z' || e->rec.state == 'X';
}

int nsb_merge(struct nsb *reader, uint32_t index, struct nsb_entry *now, int result)
{
	struct nsb_entry *e = &reader->table.entries[index];
	bool was_fresh;
	int err = 0;

	if (result == -ESRCH) {
		err = nsb_lose(reader, index);
		return err ? err : -ESRCH;
	}
	if (result)
		return result;

	was_fresh = e->fresh;
	if (!e->fresh && e->rec.start != now->rec.start)
		err = replace(reader, e);
	if (!err)
		err = count_namespaces(reader, e, now);
	if (err) {
		nsb_texts_put(&reader->texts, now->rec.membership);
		return err;
	}
	nsb_texts_put(&reader->texts, e->rec.membership);

	now->changed = e->changed || e->fresh || !nsb_same_facts(e, now);
	if (now->changed && !e->changed) {
		err = nsb_grow(&reader->changed, &reader->changed_cap, reader->nchanged,
			       sizeof(*reader->changed));
		if (err) {
			e->rec.membership = NSB_NO_MEMBERSHIP;
			nsb_texts_put(&reader->texts, now->rec.membership);
			return err;
		}
		reader->changed[reader->nchanged++] = now->rec.pid;
	}
	now->sent = e->sent;
	/*
	 * The text may be newer than the list of members that placed it. Without a place it counts
	 * as one that may have run, until a list has it again.
	 */
	if (!was_fresh && e->rec.membership != now->rec.membership) {
		nsb_cgroups_leave(&reader->cgroups, e);
		memset(now->cgroup, 0xff, sizeof(now->cgroup));
	}
	if (has_ended(now) && !has_ended(e))
		reader->bereaved = true;
	now->fresh = false;
	now->stale = false;
	*e = *now;
	return 0;
}

const struct nsb_entry *nsb_kthreadd(const struct nsb *reader, struct nsb_entry *copy)
{
	uint32_t index = nsb_table_find(&reader->table, KTHREADD_PID);

	if (index == NSB_NONE)
		return NULL;
	*copy = reader->table.entries[index];
	return !copy->fresh && copy->rec.flags & NSB_P_KTHREAD && copy->rec.ppid == 0 ? copy : NULL;
}
