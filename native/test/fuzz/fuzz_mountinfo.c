// SPDX-License-Identifier: MIT
#include <errno.h>

#include "fuzz.h"
#include "parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nsb_cgroup_mount mount;
	int found = nsb_parse_cgroup_mount((const char *)data, size, &mount);

	FUZZ_CHECK(found == 0 || found == 1 || found == -EPROTO);
	FUZZ_CHECK(found == 1 ? mount.path && mount.path[0] == '/' : !mount.path);
	free(mount.path);
	return 0;
}
