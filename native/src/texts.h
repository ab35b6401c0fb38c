/* SPDX-License-Identifier: MIT */
#ifndef NSB_TEXTS_H
#define NSB_TEXTS_H
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Texts of /proc/PID/cgroup, each kept once. An id may stand for another text as soon as no process
 * refers to it; the delta that says so carries the new text.
 */
struct nsb_text {
	char *data;
	uint32_t len, hash;
	uint32_t refs; /* 0: free */
	uint32_t next; /* in its bucket, or in the free list */
	bool fresh;    /* not yet in a frame */
};

struct nsb_texts {
	pthread_mutex_t lock; /* the threads of a full read share the store */
	struct nsb_text *items;
	uint32_t *buckets;
	uint32_t count, cap, live, nbuckets, free_head;
};

#define NSB_NO_TEXT UINT32_MAX

int nsb_texts_init(struct nsb_texts *texts);
void nsb_texts_free(struct nsb_texts *texts);
/* Finds or adds a text and takes a reference to it. 0 or -ENOMEM. */
int nsb_texts_get(struct nsb_texts *texts, const char *data, size_t len, uint32_t *id);
/* Takes a further reference to a text that has one. */
void nsb_texts_ref(struct nsb_texts *texts, uint32_t id);
/* Gives a reference back; NSB_NO_TEXT is none. */
void nsb_texts_put(struct nsb_texts *texts, uint32_t id);

#endif
