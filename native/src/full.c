// SPDX-License-Identifier: MIT
#include <signal.h>
#include <stdatomic.h>

#include "cleanup.h"
#include "procs.h"
#include "reader.h"

#define THREADS_MAX 8
#define CHUNK 32u

struct reading {
	struct nsb_entry now;
	int result;
};

/* What the threads of one full read share; each takes the next chunk of entries. */
struct work {
	struct nsb *reader;
	const struct nsb_entry *kthreadd;
	struct nsb_places *places;
	struct reading *readings; /* one for each entry */
	atomic_uint next;
};

static void run(struct work *work, struct nsb_buf *buf)
{
	const struct nsb_table *table = &work->reader->table;

	for (;;) {
		uint32_t at = atomic_fetch_add(&work->next, CHUNK);

		if (at >= table->count)
			return;
		for (uint32_t i = at; i < table->count && i < at + CHUNK; i++)
			if (table->entries[i].fresh)
				work->readings[i].result = nsb_read_proc(
					work->reader->proc, &table->entries[i], work->kthreadd,
					work->places, &work->reader->texts, buf,
					&work->readings[i].now);
	}
}

static void *thread_main(void *arg)
{
	struct nsb_buf buf = {0};
	sigset_t all;

	/* Signals are the business of the program that loaded the library. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	run(arg, &buf);
	nsb_buf_free(&buf);
	return NULL;
}

static void run_all(struct work *work, unsigned int threads)
{
	pthread_t started[THREADS_MAX];
	unsigned int count = 0;

	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	/* With fewer threads than wished it takes longer, and that is all. */
	while (count + 1 < threads && pthread_create(&started[count], NULL, thread_main, work) == 0)
		count++;
	run(work, &work->reader->scratch);
	while (count > 0)
		pthread_join(started[--count], NULL);
}

/* kthreadd first: its namespaces are those of all kernel threads. */
static int read_kthreadd(struct nsb *reader)
{
	uint32_t index = nsb_table_find(&reader->table, 2);
	struct nsb_entry now;
	int err;

	if (index == NSB_NONE)
		return 0;
	err = nsb_read_proc(reader->proc, &reader->table.entries[index], NULL, NULL, &reader->texts,
			    &reader->scratch, &now);
	err = nsb_merge(reader, index, &now, err);
	return err == -ESRCH ? 0 : err;
}

static int read_everything(struct nsb *reader, struct nsb_places *places, unsigned int threads)
{
	struct nsb_table *table = &reader->table;
	NSB_AUTO_FREE struct reading *readings = NULL;
	struct nsb_entry kthreadd;
	struct work work = {.reader = reader, .places = places};
	int err = read_kthreadd(reader);

	if (err)
		return err;
	readings = calloc((size_t)table->count + 1, sizeof(*readings));
	if (!readings)
		return -ENOMEM;
	work.kthreadd = nsb_kthreadd(reader, &kthreadd);
	work.readings = readings;
	run_all(&work, threads);

	/* Backwards: what takes the place of a vanished process has been merged. */
	for (uint32_t i = table->count; i-- > 0;) {
		int merged;

		if (!table->entries[i].fresh)
			continue;
		merged = nsb_merge(reader, i, &readings[i].now, readings[i].result);
		if (merged && merged != -ESRCH)
			return merged;
	}
	return 0;
}

static int read_with_places(struct nsb *reader, unsigned int threads)
{
	struct nsb_places places;
	int err = nsb_places_init(&places, &reader->cgroups, reader->hierarchies,
				  reader->nhierarchies);

	if (!err)
		err = read_everything(reader, &places, threads);
	nsb_places_free(&places);
	return err;
}

int64_t nsb_full_locked(struct nsb *reader, unsigned int threads)
{
	int err;

	nsb_picture_drop(reader);
	err = nsb_picture_init(reader);
	if (!err)
		err = nsb_list_processes(reader);
	if (!err)
		err = nsb_cgroups_scan(&reader->cgroups, reader->hierarchies, reader->nhierarchies,
				       &reader->table);
	if (err)
		return err;
	/* The clocks before the facts: what runs from here on shows in the next tick. */
	nsb_cgroups_clock(&reader->cgroups, reader->hierarchies);
	err = nsb_cgroups_members(&reader->cgroups, reader->hierarchies, NSB_EVERY_MEMBER,
				  &reader->table);
	if (!err)
		err = read_with_places(reader, threads);
	if (!err)
		err = nsb_namespaces_settle(&reader->namespaces, reader->proc, &reader->table);
	return err ? err : nsb_pack(reader, 0);
}
