/* SPDX-License-Identifier: MIT */
#ifndef NSB_PROCS_H
#define NSB_PROCS_H
#include "buf.h"
#include "places.h"
#include "table.h"
#include "texts.h"

/* Names below /proc/PID, in the order of enum nsb_ns_type. */
extern const char *const nsb_ns_files[NSB_NS_TYPES];

/*
 * Reads all facts of the process old->rec.pid into now, which starts as a copy of the bookkeeping
 * of old. now->rec.membership holds a reference of its own. kthreadd is pid 2 as known, or NULL.
 * places: NULL, or what texts are known for the cgroups that old was just listed in.
 * 0, -ESRCH: there is no such process, -ENOMEM.
 */
int nsb_read_proc(int proc, const struct nsb_entry *old, const struct nsb_entry *kthreadd,
		  struct nsb_places *places, struct nsb_texts *texts, struct nsb_buf *buf,
		  struct nsb_entry *now);

/* What tells cheaply whether a process ran. -errno or -EPROTO: it cannot be told. */
int nsb_read_ran(int proc, uint32_t pid, struct nsb_buf *buf, struct nsb_ran *out);

/*
 * Whether /proc/PID/status differs from what is known: facts of the leader that another thread of
 * the process can change while the leader sleeps (seccomp(2) TSYNC, number of threads, comm).
 */
bool nsb_status_differs(int proc, const struct nsb_entry *known, struct nsb_buf *buf);

/* Whether a frame that carries one in place of the other tells nothing new. */
bool nsb_same_facts(const struct nsb_entry *a, const struct nsb_entry *b);

#endif
