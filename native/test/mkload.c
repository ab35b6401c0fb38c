// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A load for benchmarks: mkload PROCS SANDBOXES [CGROUP_DIR CGROUPS]
 *
 * Starts SANDBOXES sandboxes, each with mnt, pid, uts, ipc, net and cgroup namespaces of its own
 * (every fourth with a user namespace, too), PROCS idle processes in them all together (a third
 * with uid 65534, a third with no_new_privs), and spreads these over CGROUPS new cgroups below
 * CGROUP_DIR. Prints "ready PROCS" when all are there, waits for the end of its standard input, and
 * leaves nothing behind.
 */

#define FLAGS                                                                                      \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP)
#define PER_DIRECTORY 100

static const char *cgroup_dir;
static long ncgroups;
static pid_t *inits;
static long ninits;

static bool is_child;
static volatile sig_atomic_t stopped;

static void end_all(void);

static void fail(const char *what)
{
	fprintf(stderr, "mkload: %s: %s\n", what, strerror(errno));
	if (!is_child)
		end_all();
	_exit(1);
}

static void on_signal(int signal)
{
	stopped = signal;
}

static void cgroup_path(char *out, size_t cap, long index, const char *file)
{
	snprintf(out, cap, "%s/d%ld/c%ld%s", cgroup_dir, index / PER_DIRECTORY, index, file);
}

static void make_cgroups(void)
{
	char path[PATH_MAX];

	if (mkdir(cgroup_dir, 0755) < 0)
		fail(cgroup_dir);
	for (long i = 0; i < ncgroups; i++) {
		snprintf(path, sizeof(path), "%s/d%ld", cgroup_dir, i / PER_DIRECTORY);
		if (i % PER_DIRECTORY == 0 && mkdir(path, 0755) < 0)
			fail(path);
		cgroup_path(path, sizeof(path), i, "");
		if (mkdir(path, 0755) < 0)
			fail(path);
	}
}

/* A process that was killed leaves its cgroup a moment later. */
static void remove_directory(const char *path)
{
	for (int tries = 0; rmdir(path) < 0 && errno == EBUSY && tries < 2000; tries++)
		poll(NULL, 0, 5);
}

static void remove_cgroups(void)
{
	char path[PATH_MAX];

	for (long i = ncgroups; i-- > 0;) {
		cgroup_path(path, sizeof(path), i, "");
		remove_directory(path);
		snprintf(path, sizeof(path), "%s/d%ld", cgroup_dir, i / PER_DIRECTORY);
		if (i % PER_DIRECTORY == 0)
			remove_directory(path);
	}
	remove_directory(cgroup_dir);
}

static int open_cgroup(long index)
{
	char path[PATH_MAX];
	int fd;

	cgroup_path(path, sizeof(path), index % ncgroups, "/cgroup.procs");
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fail(path);
	return fd;
}

static void idle(long index)
{
	if (index % 3 == 1)
		(void)!setuid(65534);
	else if (index % 3 == 2)
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* Joins its cgroup, becomes what it is to be, says so and sleeps. */
static void child(int cgroup, long index, int ready)
{
	if (cgroup >= 0 && write(cgroup, "0", 1) < 0)
		fail("cgroup.procs");
	idle(index);
	if (write(ready, "", 1) != 1)
		_exit(1);
	close(ready);
	for (;;)
		pause();
}

struct share {
	long first, count; /* numbers of the processes of one sandbox; the first is its init */
	bool user;
};

static void sandbox(const struct share *share, int ready, const int *cgroups)
{
	is_child = true;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (long i = 1; i < share->count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (pid == 0)
			child(cgroups ? cgroups[i] : -1, share->first + i, ready);
	}
	/* An init that slept for ever without reaping is still an init: its end ends them all. */
	child(cgroups ? cgroups[0] : -1, share->first, ready);
}

static pid_t start(const struct share *share, int ready)
{
	int *cgroups = NULL;
	pid_t pid;

	/* Opened here: inside, the paths may not lead there and the rights not suffice. */
	if (ncgroups) {
		cgroups = calloc((size_t)share->count, sizeof(*cgroups));
		if (!cgroups)
			fail("memory");
		for (long i = 0; i < share->count; i++)
			cgroups[i] = open_cgroup(share->first + i);
	}
	pid = (pid_t)syscall(SYS_clone, FLAGS | (share->user ? CLONE_NEWUSER : 0) | SIGCHLD, NULL,
			     NULL, NULL, NULL);
	if (pid < 0)
		fail("clone");
	if (pid == 0)
		sandbox(share, ready, cgroups);
	for (long i = 0; cgroups && i < share->count; i++)
		close(cgroups[i]);
	free(cgroups);
	return pid;
}

static void end_all(void)
{
	for (long i = 0; i < ninits; i++)
		kill(inits[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	/* They may have been made in part. */
	if (ncgroups)
		remove_cgroups();
}

static void wait_ready(int fd, long wanted)
{
	char bytes[4096];

	while (wanted > 0) {
		ssize_t got = read(fd, bytes, sizeof(bytes));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			fail("a process did not start");
		wanted -= got;
	}
}

static long number(const char *text, long low, long high)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || value < low || value > high) {
		fprintf(stderr, "usage: mkload PROCS SANDBOXES [CGROUP_DIR CGROUPS]\n");
		exit(64);
	}
	return value;
}

static void wait_end_of_input(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char bytes[256];

	/* With a timeout: a signal may come just before the wait. */
	while (!stopped)
		if (poll(&input, 1, 200) > 0 && read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0)
			return;
}

int main(int argc, char **argv)
{
	long procs = number(argc > 1 ? argv[1] : "", 1, 100000);
	long sandboxes = number(argc > 2 ? argv[2] : "", 1, procs);
	struct sigaction action = {.sa_handler = on_signal};
	int ready[2];

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (argc != 3 && argc != 5)
		number("", 1, 0);
	if (argc == 5) {
		cgroup_dir = argv[3];
		ncgroups = number(argv[4], 1, 100000);
		make_cgroups();
	}
	inits = calloc((size_t)sandboxes, sizeof(*inits));
	if (!inits || pipe2(ready, O_CLOEXEC) < 0)
		fail("pipe");
	for (long i = 0; i < sandboxes; i++) {
		struct share share = {.user = i % 4 == 3};

		share.first = procs * i / sandboxes;
		share.count = procs * (i + 1) / sandboxes - share.first;
		inits[ninits++] = start(&share, ready[1]);
	}
	close(ready[1]);
	wait_ready(ready[0], procs);
	printf("ready %ld\n", procs);
	fflush(stdout);
	wait_end_of_input();
	end_all();
	return 0;
}
