// SPDX-License-Identifier: MIT
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

void nsb_table_free(struct nsb_table *table)
{
	free(table->entries);
	free(table->by_pid);
	*table = (struct nsb_table){0};
}

uint32_t nsb_table_find(const struct nsb_table *table, uint32_t pid)
{
	return pid < table->pids && table->by_pid[pid] ? table->by_pid[pid] - 1 : NSB_NONE;
}

static int reach(struct nsb_table *table, uint32_t pid)
{
	uint32_t wanted = table->pids ? table->pids : 32768;
	uint32_t *by_pid;

	if (pid < table->pids)
		return 0;
	if (pid > NSB_PID_LIMIT)
		return -EINVAL;
	while (wanted <= pid)
		wanted *= 2;
	by_pid = calloc(wanted, sizeof(*by_pid));
	if (!by_pid)
		return -ENOMEM;
	if (table->pids)
		memcpy(by_pid, table->by_pid, table->pids * sizeof(*by_pid));
	free(table->by_pid);
	table->by_pid = by_pid;
	table->pids = wanted;
	return 0;
}

int nsb_table_add(struct nsb_table *table, uint32_t pid, uint32_t *index)
{
	struct nsb_entry *e;
	int err = reach(table, pid);

	if (!err)
		err = nsb_grow(&table->entries, &table->cap, table->count, sizeof(*e));
	if (err)
		return err;
	e = &table->entries[table->count];
	memset(e, 0, sizeof(*e));
	memset(e->cgroup, 0xff, sizeof(e->cgroup));
	e->rec.pid = pid;
	e->rec.membership = NSB_NO_MEMBERSHIP;
	e->fresh = true;
	*index = table->count++;
	table->by_pid[pid] = table->count;
	return 0;
}

void nsb_table_remove(struct nsb_table *table, uint32_t index)
{
	struct nsb_entry *last = &table->entries[--table->count];

	table->by_pid[table->entries[index].rec.pid] = 0;
	if (index != table->count) {
		table->entries[index] = *last;
		table->by_pid[last->rec.pid] = index + 1;
	}
}
