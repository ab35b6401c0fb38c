// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

struct word {
	const char *at;
	size_t len;
};

static bool next_word(const char **at, const char *end, struct word *out)
{
	const char *stop;

	while (*at != end && **at == ' ')
		++*at;
	if (*at == end)
		return false;
	stop = memchr(*at, ' ', (size_t)(end - *at));
	if (!stop)
		stop = end;
	*out = (struct word){*at, (size_t)(stop - *at)};
	*at = stop;
	return true;
}

static bool word_is(struct word w, const char *text)
{
	return strlen(text) == w.len && memcmp(w.at, text, w.len) == 0;
}

static bool device(struct word w, uint32_t *major, uint32_t *minor)
{
	const char *at = w.at, *end = w.at + w.len;
	uint64_t a, b;

	if (!nsb_parse_u64(&at, end, &a) || at == end || *at++ != ':' ||
	    !nsb_parse_u64(&at, end, &b) || at != end || a > UINT32_MAX || b > UINT32_MAX)
		return false;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return true;
}

static bool octal(const char *at)
{
	return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' && at[2] >= '0' &&
	       at[2] <= '7';
}

/* The kernel writes blank, tab, newline and backslash of a path as \ooo (proc_pid_mountinfo(5)). */
static char *unescape(struct word w)
{
	char *out = malloc(w.len + 1), *to = out;

	if (!out)
		return NULL;
	for (size_t i = 0; i < w.len; i++) {
		if (w.at[i] == '\\' && w.len - i > 3 && octal(w.at + i + 1)) {
			*to++ = (char)((w.at[i + 1] - '0') << 6 | (w.at[i + 2] - '0') << 3 |
				       (w.at[i + 3] - '0'));
			i += 3;
		} else {
			*to++ = w.at[i];
		}
	}
	*to = '\0';
	return out;
}

int nsb_parse_cgroup_mount(const char *line, size_t len, struct nsb_cgroup_mount *out)
{
	const char *at = line, *end = line + len;
	struct word skipped, dev, root, point, type;

	memset(out, 0, sizeof(*out));
	if (!next_word(&at, end, &skipped) || !next_word(&at, end, &skipped) ||
	    !next_word(&at, end, &dev) || !next_word(&at, end, &root) ||
	    !next_word(&at, end, &point) || !device(dev, &out->major, &out->minor))
		return -EPROTO;
	do {
		if (!next_word(&at, end, &skipped))
			return -EPROTO;
	} while (!word_is(skipped, "-"));
	if (!next_word(&at, end, &type))
		return -EPROTO;

	if (word_is(type, "cgroup2"))
		out->version = 2;
	else if (word_is(type, "cgroup"))
		out->version = 1;
	else
		return 0;
	out->whole = word_is(root, "/");
	out->path = unescape(point);
	if (!out->path)
		return -ENOMEM;
	/* "\000" would end the path early: nothing the kernel writes. */
	if (out->path[0] != '/') {
		free(out->path);
		out->path = NULL;
		return -EPROTO;
	}
	return 1;
}
