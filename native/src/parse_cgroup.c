// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "parse.h"

int nsb_parse_ns_link(const char *text, size_t len, uint64_t *ino)
{
	const char *end = text + len;
	const char *at = memchr(text, '[', len);

	if (!at || len == 0 || end[-1] != ']')
		return -EPROTO;
	at++;
	if (!nsb_parse_u64(&at, end, ino) || at != end - 1 || *ino == 0)
		return -EPROTO;
	return 0;
}

int nsb_parse_cpu_usage(const char *text, size_t len, int version, uint64_t *usage)
{
	static const char key[] = "usage_usec ";
	const char *at = text, *end = text + len;

	if (version == 1)
		return nsb_parse_u64(&at, end, usage) ? 0 : -EPROTO;
	while (at != end) {
		const char *newline;

		if ((size_t)(end - at) > sizeof(key) - 1 && memcmp(at, key, sizeof(key) - 1) == 0) {
			at += sizeof(key) - 1;
			return nsb_parse_u64(&at, end, usage) ? 0 : -EPROTO;
		}
		newline = memchr(at, '\n', (size_t)(end - at));
		at = newline ? newline + 1 : end;
	}
	return -EPROTO;
}

bool nsb_next_member(const char **at, const char *end, uint32_t *pid)
{
	while (*at != end) {
		const char *newline = memchr(*at, '\n', (size_t)(end - *at));
		const char *number = *at;
		uint64_t value;

		*at = newline ? newline + 1 : end;
		if (nsb_parse_u64(&number, newline ? newline : end, &value) &&
		    value <= NSB_PID_LIMIT) {
			*pid = (uint32_t)value;
			return true;
		}
	}
	return false;
}
