// SPDX-License-Identifier: MIT
#include "places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

static bool is_certain(const struct nsb_hierarchy *hierarchies, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!hierarchies[i].counted)
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (hierarchies[k].dev == hierarchies[i].dev)
				return false;
	}
	return true;
}

int nsb_places_init(struct nsb_places *places, const struct nsb_cgroups *cgroups,
		    const struct nsb_hierarchy *hierarchies, uint32_t nhierarchies)
{
	uint32_t cap = 64;

	memset(places, 0, sizeof(*places));
	places->cgroups = cgroups;
	if (is_certain(hierarchies, nhierarchies))
		places->nhierarchies = nhierarchies;
	/* Hardly more places than cgroups: one that finds no room is read each time. */
	while (cap < cgroups->count * 4 && cap < 1u << 20)
		cap *= 2;
	places->slots = calloc(cap, sizeof(*places->slots));
	if (!places->slots)
		return -ENOMEM;
	places->cap = cap;
	return -pthread_mutex_init(&places->lock, NULL);
}

void nsb_places_free(struct nsb_places *places)
{
	free(places->slots);
	if (places->cap)
		pthread_mutex_destroy(&places->lock);
}

static bool is_placed(const struct nsb_places *places, const struct nsb_entry *entry)
{
	if (places->nhierarchies == 0 || entry->split)
		return false;
	for (uint32_t h = 0; h < places->nhierarchies; h++)
		if (entry->cgroup[h] == NSB_NONE ||
		    places->cgroups->nodes[entry->cgroup[h]].threaded)
			return false;
	return true;
}

static struct nsb_place *slot_of(const struct nsb_places *places, const struct nsb_entry *entry)
{
	uint32_t at = nsb_hash((const char *)entry->cgroup, sizeof(entry->cgroup));

	while (places->slots[at & (places->cap - 1)].used &&
	       memcmp(places->slots[at & (places->cap - 1)].cgroup, entry->cgroup,
		      sizeof(entry->cgroup)) != 0)
		at++;
	return &places->slots[at & (places->cap - 1)];
}

bool nsb_places_find(struct nsb_places *places, const struct nsb_entry *entry,
		     struct nsb_texts *texts, uint32_t *text)
{
	const struct nsb_place *slot;
	bool found;

	if (!is_placed(places, entry))
		return false;
	pthread_mutex_lock(&places->lock);
	slot = slot_of(places, entry);
	found = slot->used;
	*text = found ? slot->text : NSB_NO_TEXT;
	pthread_mutex_unlock(&places->lock);
	if (found)
		nsb_texts_ref(texts, *text);
	return found;
}

static uint32_t count_lines(const char *data, size_t len)
{
	uint32_t lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += data[i] == '\n';
	return lines;
}

void nsb_places_note(struct nsb_places *places, const struct nsb_entry *entry, uint32_t text,
		     const char *data, size_t len)
{
	struct nsb_place *slot;

	/* A line for each hierarchy of the host; the kernel allows no newline in a name. */
	if (!is_placed(places, entry) || count_lines(data, len) != places->nhierarchies)
		return;
	pthread_mutex_lock(&places->lock);
	slot = slot_of(places, entry);
	if (!slot->used && places->count < places->cap / 2) {
		memcpy(slot->cgroup, entry->cgroup, sizeof(slot->cgroup));
		slot->text = text;
		slot->used = true;
		places->count++;
	}
	pthread_mutex_unlock(&places->lock);
}
