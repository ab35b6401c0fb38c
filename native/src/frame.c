// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "reader.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "a frame is little-endian"
#endif
_Static_assert(sizeof(struct nsb_frame) == 120, "layout");
_Static_assert(sizeof(struct nsb_proc) == 192, "layout");
_Static_assert(sizeof(struct nsb_gone_proc) == 16, "layout");
_Static_assert(sizeof(struct nsb_ns) == 56, "layout");
_Static_assert(sizeof(struct nsb_gone_ns) == 16, "layout");
_Static_assert(sizeof(struct nsb_cgroup) == 40, "layout");
_Static_assert(sizeof(struct nsb_gone_cgroup) == 16, "layout");
_Static_assert(sizeof(struct nsb_membership) == 16, "layout");

static const uint32_t record_bytes[NSB_SECTIONS] = {
	[NSB_SEC_PROCS] = sizeof(struct nsb_proc),
	[NSB_SEC_GONE_PROCS] = sizeof(struct nsb_gone_proc),
	[NSB_SEC_NAMESPACES] = sizeof(struct nsb_ns),
	[NSB_SEC_GONE_NAMESPACES] = sizeof(struct nsb_gone_ns),
	[NSB_SEC_CGROUPS] = sizeof(struct nsb_cgroup),
	[NSB_SEC_GONE_CGROUPS] = sizeof(struct nsb_gone_cgroup),
	[NSB_SEC_MEMBERSHIPS] = sizeof(struct nsb_membership),
	[NSB_SEC_PIDS] = sizeof(uint32_t),
	[NSB_SEC_STRINGS] = 1,
};

/* Which records go out. A full frame has them all. */
static bool ns_goes(const struct nsb_ns_node *n, bool full)
{
	return n->used && (full || !n->is_sent || memcmp(&n->rec, &n->sent, sizeof(n->rec)) != 0);
}

static bool cgroup_goes(const struct nsb_cgroup_node *n, bool full)
{
	return full || !n->is_sent || memcmp(&n->rec, &n->sent, sizeof(n->rec)) != 0;
}

static bool text_goes(const struct nsb_text *t, bool full)
{
	return t->refs && (full || t->fresh);
}

/*
 * Leaves in reader->changed the indices of the entries that go out, each once. All of the table is
 * not looked at: a frame about one process must not cost more the more others there are.
 */
static void collect_changed(struct nsb *reader)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < reader->nchanged; i++) {
		uint32_t index = nsb_table_find(&reader->table, reader->changed[i]);

		if (index == NSB_NONE || !reader->table.entries[index].changed)
			continue;
		reader->table.entries[index].changed = false;
		reader->changed[kept++] = index;
	}
	reader->nchanged = kept;
}

static void count_records(const struct nsb *reader, bool full, uint64_t counts[NSB_SECTIONS])
{
	const struct nsb_namespaces *namespaces = &reader->namespaces;

	counts[NSB_SEC_GONE_PROCS] = reader->ngone;
	counts[NSB_SEC_GONE_NAMESPACES] = namespaces->ngone;
	counts[NSB_SEC_GONE_CGROUPS] = reader->cgroups.ngone;
	counts[NSB_SEC_PROCS] = reader->nchanged;
	for (uint32_t i = 0; i < reader->nchanged; i++)
		counts[NSB_SEC_PIDS] += reader->table.entries[reader->changed[i]].rec.nspid_count;
	for (uint32_t i = 0; namespaces->disturbed && i < namespaces->count; i++)
		counts[NSB_SEC_NAMESPACES] += ns_goes(&namespaces->nodes[i], full);
	for (uint32_t i = 0; i < reader->cgroups.count; i++) {
		const struct nsb_cgroup_node *n = &reader->cgroups.nodes[i];

		if (!cgroup_goes(n, full))
			continue;
		counts[NSB_SEC_CGROUPS]++;
		counts[NSB_SEC_STRINGS] += n->rec.path_len;
	}
	for (uint32_t i = 0; i < reader->texts.count; i++) {
		const struct nsb_text *t = &reader->texts.items[i];

		if (!text_goes(t, full))
			continue;
		counts[NSB_SEC_MEMBERSHIPS]++;
		counts[NSB_SEC_STRINGS] += t->len;
	}
}

/* Places the sections one after the other. Returns the bytes of the frame. */
static uint64_t lay_out(const uint64_t counts[NSB_SECTIONS], struct nsb_section out[NSB_SECTIONS])
{
	uint64_t at = sizeof(struct nsb_frame);

	for (int i = 0; i < NSB_SECTIONS; i++) {
		out[i] = (struct nsb_section){(uint32_t)at, (uint32_t)counts[i]};
		at += (counts[i] * record_bytes[i] + 7) & ~7ull;
	}
	return at;
}

struct cursor {
	char *base, *strings;
	const struct nsb_section *sections;
	uint32_t used_strings;
};

static void *section(const struct cursor *c, enum nsb_section_id id)
{
	return c->base + c->sections[id].offset;
}

static uint32_t put_string(struct cursor *c, const char *data, uint32_t len)
{
	uint32_t at = c->used_strings;

	memcpy(c->strings + at, data, len);
	c->used_strings += len;
	return at;
}

static void put_procs(struct nsb *reader, const struct cursor *c)
{
	struct nsb_proc *proc = section(c, NSB_SEC_PROCS);
	uint32_t *pids = section(c, NSB_SEC_PIDS);
	uint32_t used = 0;

	for (uint32_t i = 0; i < reader->nchanged; i++) {
		struct nsb_entry *e = &reader->table.entries[reader->changed[i]];

		*proc = e->rec;
		proc->nspid = used;
		memcpy(pids + used, e->nspid, e->rec.nspid_count * sizeof(*pids));
		used += e->rec.nspid_count;
		proc++;
		e->sent = true;
	}
}

static void put_namespaces(struct nsb_namespaces *all, bool full, const struct cursor *c)
{
	struct nsb_ns *out = section(c, NSB_SEC_NAMESPACES);

	for (uint32_t i = 0; all->disturbed && i < all->count; i++) {
		struct nsb_ns_node *n = &all->nodes[i];

		if (!ns_goes(n, full))
			continue;
		*out++ = n->rec;
		n->sent = n->rec;
		n->is_sent = true;
	}
	all->disturbed = false;
}

static void put_cgroups(struct nsb_cgroups *all, bool full, struct cursor *c)
{
	struct nsb_cgroup *out = section(c, NSB_SEC_CGROUPS);

	for (uint32_t i = 0; i < all->count; i++) {
		struct nsb_cgroup_node *n = &all->nodes[i];

		if (!cgroup_goes(n, full))
			continue;
		*out = n->rec;
		out->path = put_string(c, n->path, n->rec.path_len);
		out++;
		n->sent = n->rec;
		n->is_sent = true;
	}
}

static void put_texts(struct nsb_texts *all, bool full, struct cursor *c)
{
	struct nsb_membership *out = section(c, NSB_SEC_MEMBERSHIPS);

	for (uint32_t i = 0; i < all->count; i++) {
		struct nsb_text *t = &all->items[i];

		if (!text_goes(t, full))
			continue;
		*out++ = (struct nsb_membership){
			.id = i, .text = put_string(c, t->data, t->len), .text_len = t->len};
		t->fresh = false;
	}
}

static void copy_gone(const struct cursor *c, enum nsb_section_id id, const void *records)
{
	size_t bytes = (size_t)c->sections[id].count * record_bytes[id];

	if (bytes)
		memcpy(section(c, id), records, bytes);
}

static uint64_t boottime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t nsb_pack(struct nsb *reader, uint64_t base)
{
	bool full = base == 0;
	uint64_t counts[NSB_SECTIONS] = {0};
	uint64_t bytes, records = 0;
	struct nsb_frame *frame;
	struct cursor c;
	int err;

	/* After a full read every entry has changed. */
	collect_changed(reader);
	count_records(reader, full, counts);
	for (int i = 0; i < NSB_SECTIONS; i++)
		records += counts[i];
	if (!full && records == 0) {
		reader->namespaces.disturbed = false;
		return 0;
	}
	for (int i = 0; i < NSB_SECTIONS; i++)
		if (counts[i] > UINT32_MAX / record_bytes[i])
			return -E2BIG;
	bytes = sizeof(struct nsb_frame) + 8 * NSB_SECTIONS;
	for (int i = 0; i < NSB_SECTIONS; i++)
		bytes += counts[i] * record_bytes[i];
	if (bytes > UINT32_MAX)
		return -E2BIG;
	err = nsb_buf_reserve(&reader->frame, bytes);
	if (err)
		return err;

	frame = (struct nsb_frame *)reader->frame.data;
	memset(frame, 0, sizeof(*frame));
	bytes = lay_out(counts, frame->sections);
	/* The gaps between sections: nothing of the process leaks into a frame. */
	memset(reader->frame.data + sizeof(*frame), 0, bytes - sizeof(*frame));
	c = (struct cursor){.base = reader->frame.data, .sections = frame->sections};
	c.strings = section(&c, NSB_SEC_STRINGS);
	put_procs(reader, &c);
	copy_gone(&c, NSB_SEC_GONE_PROCS, reader->gone);
	put_namespaces(&reader->namespaces, full, &c);
	copy_gone(&c, NSB_SEC_GONE_NAMESPACES, reader->namespaces.gone);
	put_cgroups(&reader->cgroups, full, &c);
	copy_gone(&c, NSB_SEC_GONE_CGROUPS, reader->cgroups.gone);
	put_texts(&reader->texts, full, &c);
	reader->nchanged = 0;
	reader->ngone = reader->namespaces.ngone = reader->cgroups.ngone = 0;

	frame->magic = NSB_FRAME_MAGIC;
	frame->version = NSB_FRAME_VERSION;
	frame->bytes = bytes;
	frame->revision = ++reader->revision;
	frame->base = base;
	frame->boottime = boottime();
	reader->frame.len = bytes;
	return (int64_t)bytes;
}
