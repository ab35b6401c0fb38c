/* SPDX-License-Identifier: MIT */
#ifndef NSB_TEST_PICTURE_H
#define NSB_TEST_PICTURE_H
#include <errno.h>

#include "nsbridge.h"
#include "tap.h"

/*
 * What a reader of frames knows: built from a full frame, kept up by deltas. Written from the
 * header alone and the plainest way, so that it can judge the library.
 */

struct seen_proc {
	struct nsb_proc rec;
	uint32_t pids[40];
};

struct seen_cgroup {
	struct nsb_cgroup rec;
	char *path;
};

struct picture {
	struct seen_proc *procs;
	struct nsb_ns *namespaces;
	struct seen_cgroup *cgroups;
	char **texts; /* by id */
	uint32_t nprocs, nnamespaces, ncgroups, ntexts;
	uint64_t revision;
};

static inline void picture_free(struct picture *p)
{
	for (uint32_t i = 0; i < p->ncgroups; i++)
		free(p->cgroups[i].path);
	for (uint32_t i = 0; i < p->ntexts; i++)
		free(p->texts[i]);
	free(p->procs);
	free(p->namespaces);
	free(p->cgroups);
	free(p->texts);
	*p = (struct picture){0};
}

static inline struct seen_proc *picture_proc(const struct picture *p, uint32_t pid)
{
	for (uint32_t i = 0; i < p->nprocs; i++)
		if (p->procs[i].rec.pid == pid)
			return &p->procs[i];
	return NULL;
}

static inline struct nsb_ns *picture_ns(const struct picture *p, uint64_t ino, uint32_t type)
{
	for (uint32_t i = 0; i < p->nnamespaces; i++)
		if (p->namespaces[i].ino == ino && p->namespaces[i].type == type)
			return &p->namespaces[i];
	return NULL;
}

static inline struct seen_cgroup *picture_cgroup(const struct picture *p, uint32_t hierarchy,
						 uint64_t ino)
{
	for (uint32_t i = 0; i < p->ncgroups; i++)
		if (p->cgroups[i].rec.ino == ino && p->cgroups[i].rec.hierarchy == hierarchy)
			return &p->cgroups[i];
	return NULL;
}

static inline const char *picture_text(const struct picture *p, uint32_t id)
{
	return id < p->ntexts && p->texts[id] ? p->texts[id] : "(none)";
}

static inline char *picture_string(const uint8_t *frame, uint32_t at, uint32_t len)
{
	const struct nsb_section *strings =
		&((const struct nsb_frame *)frame)->sections[NSB_SEC_STRINGS];

	MUST((uint64_t)at + len <= strings->count);
	return strndup((const char *)frame + strings->offset + at, len);
}

static inline const void *picture_records(const uint8_t *frame, enum nsb_section_id id,
					  uint32_t *count)
{
	const struct nsb_section *s = &((const struct nsb_frame *)frame)->sections[id];

	MUST(s->offset % 8 == 0 && s->offset <= ((const struct nsb_frame *)frame)->bytes);
	*count = s->count;
	return frame + s->offset;
}

/* The gone first: a pid or an inode may be gone and new in one frame. */
static inline void picture_drop(struct picture *p, const uint8_t *frame)
{
	const struct nsb_gone_proc *procs;
	const struct nsb_gone_ns *namespaces;
	const struct nsb_gone_cgroup *cgroups;
	uint32_t count;

	procs = picture_records(frame, NSB_SEC_GONE_PROCS, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct seen_proc *known = picture_proc(p, procs[i].pid);

		MUST(known && known->rec.start == procs[i].start);
		*known = p->procs[--p->nprocs];
	}
	namespaces = picture_records(frame, NSB_SEC_GONE_NAMESPACES, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct nsb_ns *known = picture_ns(p, namespaces[i].ino, namespaces[i].type);

		MUST(known);
		*known = p->namespaces[--p->nnamespaces];
	}
	cgroups = picture_records(frame, NSB_SEC_GONE_CGROUPS, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct seen_cgroup *known = picture_cgroup(p, cgroups[i].hierarchy, cgroups[i].ino);

		MUST(known);
		free(known->path);
		*known = p->cgroups[--p->ncgroups];
	}
}

static inline void picture_texts(struct picture *p, const uint8_t *frame)
{
	uint32_t count;
	const struct nsb_membership *m = picture_records(frame, NSB_SEC_MEMBERSHIPS, &count);

	for (; count--; m++) {
		if (m->id >= p->ntexts) {
			p->texts = reallocarray(p->texts, m->id + 1ul, sizeof(char *));
			MUST(p->texts);
			while (p->ntexts <= m->id)
				p->texts[p->ntexts++] = NULL;
		}
		free(p->texts[m->id]);
		p->texts[m->id] = picture_string(frame, m->text, m->text_len);
	}
}

static inline void picture_add(struct picture *p, const uint8_t *frame)
{
	const struct nsb_proc *proc;
	const struct nsb_ns *ns;
	const struct nsb_cgroup *cgroup;
	const uint32_t *pids;
	uint32_t count, npids;

	pids = picture_records(frame, NSB_SEC_PIDS, &npids);
	proc = picture_records(frame, NSB_SEC_PROCS, &count);
	p->procs = reallocarray(p->procs, p->nprocs + count + 1ul, sizeof(*p->procs));
	for (; count--; proc++) {
		struct seen_proc *known = picture_proc(p, proc->pid);

		if (!known)
			known = &p->procs[p->nprocs++];
		memset(known, 0, sizeof(*known));
		known->rec = *proc;
		MUST((uint64_t)proc->nspid + proc->nspid_count <= npids);
		memcpy(known->pids, pids + proc->nspid, proc->nspid_count * sizeof(*pids));
	}
	ns = picture_records(frame, NSB_SEC_NAMESPACES, &count);
	p->namespaces =
		reallocarray(p->namespaces, p->nnamespaces + count + 1ul, sizeof(*p->namespaces));
	for (; count--; ns++) {
		struct nsb_ns *known = picture_ns(p, ns->ino, ns->type);

		if (!known)
			known = &p->namespaces[p->nnamespaces++];
		*known = *ns;
	}
	cgroup = picture_records(frame, NSB_SEC_CGROUPS, &count);
	p->cgroups = reallocarray(p->cgroups, p->ncgroups + count + 1ul, sizeof(*p->cgroups));
	for (; count--; cgroup++) {
		struct seen_cgroup *known = picture_cgroup(p, cgroup->hierarchy, cgroup->ino);

		if (!known)
			known = memset(&p->cgroups[p->ncgroups++], 0, sizeof(*known));
		free(known->path);
		known->rec = *cgroup;
		known->path = picture_string(frame, cgroup->path, cgroup->path_len);
	}
}

/* Applies the frame last made by the reader. */
static inline void picture_apply(struct picture *p, struct nsb *reader, int64_t bytes)
{
	const struct nsb_frame *frame;
	uint8_t *data;

	if (bytes < 0)
		errno = (int)-bytes;
	MUST(bytes >= 0);
	if (bytes == 0)
		return;
	data = malloc((size_t)bytes);
	MUST(data && nsb_copy(reader, data, (uint64_t)bytes) == bytes);
	frame = (const void *)data;
	MUST(frame->magic == NSB_FRAME_MAGIC && frame->bytes == (uint64_t)bytes);
	if (frame->base == 0)
		picture_free(p);
	else
		MUST(frame->base == p->revision && frame->revision == frame->base + 1);
	p->revision = frame->revision;
	picture_drop(p, data);
	picture_texts(p, data);
	picture_add(p, data);
	free(data);
}

static inline char picture_state(uint8_t state)
{
	return state == 'R' || state == 'D' || state == 'I' ? 'S' : (char)state;
}

/* One process as text: equal texts are equal facts. */
static inline void picture_print_proc(const struct picture *p, uint32_t pid, FILE *out)
{
	const struct seen_proc *s = picture_proc(p, pid);
	const struct nsb_proc *r = s ? &s->rec : NULL;

	if (!r) {
		fprintf(out, "%u: none\n", pid);
		return;
	}
	fprintf(out,
		"%u: start %lu ppid %u %c \"%.16s\" threads %u flags %x seccomp %u/%u nnp %u\n",
		pid, r->start, r->ppid, picture_state(r->state), r->comm, r->threads, r->flags,
		r->seccomp, r->seccomp_filters, r->no_new_privs);
	fprintf(out, "  ids %u %u %u %u / %u %u %u %u caps %lx %lx %lx %lx %lx pids", r->uid[0],
		r->uid[1], r->uid[2], r->uid[3], r->gid[0], r->gid[1], r->gid[2], r->gid[3],
		r->cap[0], r->cap[1], r->cap[2], r->cap[3], r->cap[4]);
	for (int i = 0; i < r->nspid_count; i++)
		fprintf(out, " %u", s->pids[i]);
	fprintf(out, "\n  cgroup %s", picture_text(p, r->membership));
	for (uint32_t type = 0; type < NSB_NS_TYPES; type++) {
		const struct nsb_ns *n = picture_ns(p, r->ns[type], type);

		fprintf(out, "  ns %u %lu: ", type, r->ns[type]);
		if (n)
			fprintf(out, "dev %lu id %lu owner %lu parent %lu uid %u flags %x", n->dev,
				n->id, n->owner, n->parent, n->owner_uid, n->flags);
		fprintf(out, "\n");
	}
}

#endif
