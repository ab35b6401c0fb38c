// SPDX-License-Identifier: MIT
#include <errno.h>

#include "fuzz.h"
#include "parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *at = text, *end = text + size;
	uint64_t number;
	uint32_t pid;
	int err;

	while (nsb_next_member(&at, end, &pid))
		FUZZ_CHECK(pid <= NSB_PID_LIMIT && at <= end);
	FUZZ_CHECK(at == end);
	err = nsb_parse_cpu_usage(text, size, 2, &number);
	FUZZ_CHECK(err == 0 || err == -EPROTO);
	err = nsb_parse_cpu_usage(text, size, 1, &number);
	FUZZ_CHECK(err == 0 || err == -EPROTO);
	err = nsb_parse_ns_link(text, size, &number);
	FUZZ_CHECK(err == -EPROTO || (err == 0 && number != 0));
	return 0;
}
