// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "hash.h"
#include "parse.h"

struct field {
	const char *at, *end; /* the line behind "Key:" */
};

static void skip_blanks(struct field *f)
{
	while (f->at != f->end && (*f->at == ' ' || *f->at == '\t'))
		f->at++;
}

static bool next_u32(struct field *f, uint32_t *out)
{
	uint64_t value;

	skip_blanks(f);
	if (!nsb_parse_u64(&f->at, f->end, &value) || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool next_u8(struct field *f, uint8_t *out)
{
	uint32_t value;

	if (!next_u32(f, &value) || value > UINT8_MAX)
		return false;
	*out = (uint8_t)value;
	return true;
}

static bool four(struct field *f, uint32_t out[4])
{
	return next_u32(f, &out[0]) && next_u32(f, &out[1]) && next_u32(f, &out[2]) &&
	       next_u32(f, &out[3]);
}

static bool hex(struct field *f, uint64_t *out)
{
	uint64_t value = 0;
	int digits = 0;

	for (skip_blanks(f); f->at != f->end; f->at++, digits++) {
		char c = *f->at;
		uint64_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (uint64_t)(c - 'a') + 10;
		else
			break;
		value = value << 4 | digit;
	}
	*out = value;
	return digits > 0 && digits <= 16;
}

static bool levels(struct field *f, struct nsb_status *out)
{
	out->nspid_count = 0;
	while (out->nspid_count < NSB_LEVELS && next_u32(f, &out->nspid[out->nspid_count]))
		out->nspid_count++;
	return out->nspid_count > 0;
}

/* Which of the lines that cannot be missing were there; the others came with later kernels. */
enum { SAW_STATE = 1, SAW_PPID = 2, SAW_UID = 4, SAW_GID = 8, SAW_THREADS = 16, SAW_ALL = 31 };

static bool key_is(const char *line, size_t key_len, const char *key)
{
	return strlen(key) == key_len && memcmp(line, key, key_len) == 0;
}

static bool parse_line(const char *line, size_t key_len, struct field *f, struct nsb_status *out,
		       unsigned int *seen)
{
	static const char *const sets[5] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};

	switch (line[0]) {
	case 'N':
		if (key_is(line, key_len, "Name"))
			out->name_hash = nsb_hash(f->at, (size_t)(f->end - f->at));
		else if (key_is(line, key_len, "NSpid"))
			return levels(f, out);
		else if (key_is(line, key_len, "NoNewPrivs"))
			return next_u8(f, &out->no_new_privs);
		return true;
	case 'S':
		if (key_is(line, key_len, "State")) {
			skip_blanks(f);
			out->state = f->at != f->end ? (uint8_t)*f->at : 0;
			*seen |= SAW_STATE;
		} else if (key_is(line, key_len, "Seccomp")) {
			return next_u8(f, &out->seccomp);
		} else if (key_is(line, key_len, "Seccomp_filters")) {
			return next_u32(f, &out->seccomp_filters);
		}
		return true;
	case 'P':
		if (!key_is(line, key_len, "PPid"))
			return true;
		*seen |= SAW_PPID;
		return next_u32(f, &out->ppid);
	case 'U':
		if (!key_is(line, key_len, "Uid"))
			return true;
		*seen |= SAW_UID;
		return four(f, out->uid);
	case 'G':
		if (!key_is(line, key_len, "Gid"))
			return true;
		*seen |= SAW_GID;
		return four(f, out->gid);
	case 'T':
		if (key_is(line, key_len, "Tgid"))
			return next_u32(f, &out->tgid);
		if (!key_is(line, key_len, "Threads"))
			return true;
		*seen |= SAW_THREADS;
		return next_u32(f, &out->threads);
	case 'C':
		for (int i = 0; i < 5; i++)
			if (key_is(line, key_len, sets[i]))
				return hex(f, &out->cap[i]);
		return true;
	default: return true;
	}
}

int nsb_parse_status(const char *text, size_t len, struct nsb_status *out)
{
	const char *at = text, *end = text + len;
	unsigned int seen = 0;

	memset(out, 0, sizeof(*out));
	out->seccomp_filters = UINT32_MAX;
	while (at != end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		const char *colon = memchr(at, ':', (size_t)(stop - at));

		/* Name cannot break a line: the kernel escapes newlines in it (fs/proc/array.c). */
		if (colon && colon != at) {
			struct field f = {colon + 1, stop};

			if (!parse_line(at, (size_t)(colon - at), &f, out, &seen))
				return -EPROTO;
		}
		at = newline ? newline + 1 : end;
	}
	return seen == SAW_ALL ? 0 : -EPROTO;
}
