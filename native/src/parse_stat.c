// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "parse.h"

static const char *skip_fields(const char *at, const char *end, int count)
{
	while (count-- > 0) {
		at = memchr(at, ' ', (size_t)(end - at));
		if (!at)
			return NULL;
		at++;
	}
	return at;
}

static bool number_field(const char **at, const char *end, int skip, uint64_t *out)
{
	*at = skip_fields(*at, end, skip);
	return *at && nsb_parse_u64(at, end, out);
}

int nsb_parse_stat(const char *text, size_t len, struct nsb_stat *out)
{
	const char *end = text + len;
	const char *open, *close, *at;
	uint64_t ppid, flags, start;
	size_t name;

	memset(out, 0, sizeof(*out));
	/* comm is the process's own choice: ") R 1 (" is a legal one, so only the last ')' counts.
	 */
	open = memchr(text, '(', len);
	close = memrchr(text, ')', len);
	if (!open || !close || close < open || end - close < 3 || close[1] != ' ')
		return -EPROTO;

	at = close + 2; /* field 3 */
	out->state = (uint8_t)*at;
	if (!number_field(&at, end, 1, &ppid) ||  /* 4 */
	    !number_field(&at, end, 5, &flags) || /* 9 */
	    !number_field(&at, end, 13, &start))  /* 22 */
		return -EPROTO;
	if (ppid > NSB_PID_LIMIT || flags > UINT32_MAX)
		return -EPROTO;

	out->ppid = (uint32_t)ppid;
	out->kernel_flags = (uint32_t)flags;
	out->start = start;
	name = (size_t)(close - open - 1);
	memcpy(out->comm, open + 1, name < 15 ? name : 15);
	return 0;
}

int nsb_parse_schedstat(const char *text, size_t len, struct nsb_ran *out)
{
	const char *at = text, *end = text + len;
	uint64_t on_cpu, times;

	if (!nsb_parse_u64(&at, end, &on_cpu) || !number_field(&at, end, 2, &times))
		return -EPROTO;
	/* Zeros: a kernel without CONFIG_SCHED_INFO prints them for every process. */
	if (on_cpu == 0)
		return -EPROTO;
	*out = (struct nsb_ran){on_cpu, times};
	return 0;
}
