// SPDX-License-Identifier: MIT
#include "events.h"
#include "fuzz.h"

/* Datagrams of the proc connector, and what inotify gives. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nsb_events events = {.epoll = -1, .stop = -1, .proc = -1, .cgroup = -1};

	nsb_proc_parse(&events, (const char *)data, size);
	nsb_cgroup_parse(&events, (const char *)data, size);
	FUZZ_CHECK(events.queued <= NSB_QUEUE_MAX);
	free(events.queue);
	nsb_cgroup_free(&events);
	return 0;
}
