// SPDX-License-Identifier: MIT
#include <errno.h>

#include "fuzz.h"
#include "parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nsb_stat stat;
	struct nsb_ran ran;
	int err = nsb_parse_stat((const char *)data, size, &stat);

	FUZZ_CHECK(err == 0 || err == -EPROTO);
	FUZZ_CHECK(err || (stat.comm[15] == '\0' && stat.ppid <= NSB_PID_LIMIT));
	err = nsb_parse_schedstat((const char *)data, size, &ran);
	FUZZ_CHECK(err == 0 || err == -EPROTO);
	return 0;
}
