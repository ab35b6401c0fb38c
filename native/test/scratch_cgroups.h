/* SPDX-License-Identifier: MIT */
#ifndef NSB_TEST_SCRATCH_CGROUPS_H
#define NSB_TEST_SCRATCH_CGROUPS_H
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "tap.h"

/* Cgroups below one of the test's own, in a v2 hierarchy that is somewhere here. */

static char cgroup_base[PATH_MAX]; /* ours, or "" where none can be made */
static char cgroup_mount[PATH_MAX];

static bool find_mount(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

	for (int i = 0; i < 2; i++) {
		struct statfs fs;

		if (statfs(places[i], &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC) {
			strcpy(cgroup_mount, places[i]);
			return true;
		}
	}
	return false;
}

static void make_cgroups(void)
{
	char path[PATH_MAX];

	if (!find_mount())
		return;
	snprintf(path, sizeof(path), "%.100s/nsb-test-%d", cgroup_mount, getpid());
	if (mkdir(path, 0755) < 0)
		return;
	strcpy(cgroup_base, path);
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%.200s/%d", cgroup_base, i);
		MUST(mkdir(path, 0755) == 0);
	}
}

/*
 * A process that ended and was reaped stays a moment longer among the members of its cgroup, as 0.
 * Waits until none is left, so that two who look see the same.
 */
static bool is_settled(const char *directory)
{
	char path[PATH_MAX + 16];
	bool settled = true;
	FILE *file;
	int pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	file = fopen(path, "r");
	while (file && fscanf(file, "%d", &pid) == 1)
		settled &= pid != 0 && kill(pid, 0) == 0;
	if (file)
		fclose(file);
	return settled;
}

static void settle(void)
{
	char path[PATH_MAX];

	for (int i = 0; cgroup_base[0] && i < 8; i++) {
		snprintf(path, sizeof(path), "%.200s/%d", cgroup_base, i);
		for (int tries = 0; !is_settled(path) && tries < 2000; tries++)
			poll(NULL, 0, 5);
	}
}

static bool wait_empty(const char *path)
{
	/* A killed process leaves its cgroup a moment after it is a zombie. */
	for (int tries = 0; tries < 2000; tries++) {
		if (rmdir(path) == 0 || errno == ENOENT)
			return true;
		poll(NULL, 0, 5);
	}
	return false;
}

#endif
