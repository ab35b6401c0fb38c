// SPDX-License-Identifier: MIT
#include "texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hash.h"

int nsb_texts_init(struct nsb_texts *texts)
{
	memset(texts, 0, sizeof(*texts));
	texts->free_head = NSB_NO_TEXT;
	return -pthread_mutex_init(&texts->lock, NULL);
}

void nsb_texts_free(struct nsb_texts *texts)
{
	for (uint32_t i = 0; i < texts->count; i++)
		free(texts->items[i].data);
	free(texts->items);
	free(texts->buckets);
	pthread_mutex_destroy(&texts->lock);
}

static int rehash(struct nsb_texts *texts)
{
	uint32_t wanted = texts->nbuckets ? texts->nbuckets * 2 : 256;
	uint32_t *buckets = malloc(wanted * sizeof(*buckets));

	if (!buckets)
		return -ENOMEM;
	memset(buckets, 0xff, wanted * sizeof(*buckets));
	for (uint32_t i = 0; i < texts->count; i++) {
		struct nsb_text *t = &texts->items[i];

		if (!t->refs)
			continue;
		t->next = buckets[t->hash & (wanted - 1)];
		buckets[t->hash & (wanted - 1)] = i;
	}
	free(texts->buckets);
	texts->buckets = buckets;
	texts->nbuckets = wanted;
	return 0;
}

static int add(struct nsb_texts *texts, const char *data, uint32_t len, uint32_t hash, uint32_t *id)
{
	struct nsb_text *t;
	char *copy;
	int err = 0;

	if (texts->live >= texts->nbuckets)
		err = rehash(texts);
	if (!err && texts->free_head == NSB_NO_TEXT)
		err = nsb_grow(&texts->items, &texts->cap, texts->count, sizeof(*texts->items));
	if (err)
		return err;
	copy = malloc(len ? len : 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, len);

	if (texts->free_head != NSB_NO_TEXT) {
		*id = texts->free_head;
		texts->free_head = texts->items[*id].next;
	} else {
		*id = texts->count++;
	}
	t = &texts->items[*id];
	*t = (struct nsb_text){copy, len, hash, 1, texts->buckets[hash & (texts->nbuckets - 1)],
			       true};
	texts->buckets[hash & (texts->nbuckets - 1)] = *id;
	texts->live++;
	return 0;
}

static int get_locked(struct nsb_texts *texts, const char *data, uint32_t len, uint32_t hash,
		      uint32_t *id)
{
	if (texts->nbuckets)
		for (*id = texts->buckets[hash & (texts->nbuckets - 1)]; *id != NSB_NO_TEXT;
		     *id = texts->items[*id].next) {
			struct nsb_text *t = &texts->items[*id];

			if (t->hash == hash && t->len == len && memcmp(t->data, data, len) == 0) {
				t->refs++;
				return 0;
			}
		}
	return add(texts, data, len, hash, id);
}

int nsb_texts_get(struct nsb_texts *texts, const char *data, size_t len, uint32_t *id)
{
	uint32_t hash = nsb_hash(data, len);
	int err;

	pthread_mutex_lock(&texts->lock);
	err = get_locked(texts, data, (uint32_t)len, hash, id);
	pthread_mutex_unlock(&texts->lock);
	return err;
}

void nsb_texts_ref(struct nsb_texts *texts, uint32_t id)
{
	pthread_mutex_lock(&texts->lock);
	texts->items[id].refs++;
	pthread_mutex_unlock(&texts->lock);
}

void nsb_texts_put(struct nsb_texts *texts, uint32_t id)
{
	struct nsb_text *t;
	uint32_t *link;

	if (id == NSB_NO_TEXT)
		return;
	pthread_mutex_lock(&texts->lock);
	t = &texts->items[id];
	if (--t->refs == 0) {
		link = &texts->buckets[t->hash & (texts->nbuckets - 1)];
		while (*link != id)
			link = &texts->items[*link].next;
		*link = t->next;
		free(t->data);
		*t = (struct nsb_text){.next = texts->free_head};
		texts->free_head = id;
		texts->live--;
	}
	pthread_mutex_unlock(&texts->lock);
}
