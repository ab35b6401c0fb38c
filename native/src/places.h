/* SPDX-License-Identifier: MIT */
#ifndef NSB_PLACES_H
#define NSB_PLACES_H
#include <pthread.h>

#include "cgroups.h"
#include "table.h"
#include "texts.h"

/*
 * The text of /proc/PID/cgroup is the same for all who are in the same cgroup of every hierarchy,
 * and where they are has been learnt from cgroup.procs: one read for many instead of one for each.
 * Only where that is certain: every hierarchy of the host is known, and no thread of the process
 * can be elsewhere (threaded cgroups of v2, single threads in v1; cgroups(7)).
 */
struct nsb_place {
	uint32_t cgroup[NSB_HIERARCHIES];
	uint32_t text;
	bool used;
};

struct nsb_places {
	pthread_mutex_t lock;
	const struct nsb_cgroups *cgroups;
	uint32_t nhierarchies; /* 0: nothing is certain */
	uint32_t count, cap;   /* cap is a power of two, or 0 */
	struct nsb_place *slots;
};

int nsb_places_init(struct nsb_places *places, const struct nsb_cgroups *cgroups,
		    const struct nsb_hierarchy *hierarchies, uint32_t nhierarchies);
void nsb_places_free(struct nsb_places *places);
/* Takes a reference to the text of those who are where entry is. False: it must be read. */
bool nsb_places_find(struct nsb_places *places, const struct nsb_entry *entry,
		     struct nsb_texts *texts, uint32_t *text);
/* Remembers a text that was read. */
void nsb_places_note(struct nsb_places *places, const struct nsb_entry *entry, uint32_t text,
		     const char *data, size_t len);

#endif
