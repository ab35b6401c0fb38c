// SPDX-License-Identifier: MIT
#include <errno.h>

#include "fuzz.h"
#include "parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nsb_status status;
	int err = nsb_parse_status((const char *)data, size, &status);

	FUZZ_CHECK(err == 0 || err == -EPROTO);
	FUZZ_CHECK(status.nspid_count <= NSB_LEVELS);
	return 0;
}
