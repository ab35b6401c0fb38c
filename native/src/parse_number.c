// SPDX-License-Identifier: MIT
#include "parse.h"

bool nsb_parse_u64(const char **at, const char *end, uint64_t *out)
{
	const char *p = *at;
	uint64_t value = 0;

	if (p == end || *p < '0' || *p > '9')
		return false;
	for (; p != end && *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*at = p;
	*out = value;
	return true;
}

uint32_t nsb_parse_pid(const char *name)
{
	uint32_t pid = 0;

	if (*name < '1' || *name > '9')
		return 0;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return 0;
		pid = pid * 10 + (uint32_t)(*name - '0');
		if (pid > NSB_PID_LIMIT)
			return 0;
	}
	return pid;
}
