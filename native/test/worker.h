/* SPDX-License-Identifier: MIT */
#ifndef NSB_TEST_WORKER_H
#define NSB_TEST_WORKER_H
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

/* Processes that change what they are: each does one order after the other and answers. */

#define WORKERS 24

enum order {
	UNSHARE,
	JOIN,
	NO_NEW_PRIVS,
	DROP_CAPABILITY,
	SET_UID,
	RENAME,
	THREAD,
	FILTER_FROM_THREAD,
	MOVE,
	FORK,
	ORDERS
};

struct request {
	enum order order;
	int arg;
	char path[256];
};

struct worker {
	pid_t pid;
	int orders, answers;
};

static struct worker workers[WORKERS];
static pid_t forked[WORKERS * 64]; /* children of workers */
static int nforked;

static void *sleep_thread(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *filter_thread(void *arg)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {.len = 1, .filter = &allow};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
	return arg;
}

static int write_pid(const char *directory, pid_t pid)
{
	char path[PATH_MAX + 16], text[16];
	int fd, len = snprintf(text, sizeof(text), "%d", pid);

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		len = -1;
	if (fd >= 0)
		close(fd);
	return len;
}

static int life[2]; /* ends for all who hold the other end when the test does */

static int fork_child(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* Not by PR_SET_PDEATHSIG: it is to survive its parent. */
	while (read(life[0], &pid, 1) < 0)
		;
	_exit(0);
}

/* Failing is allowed: an order may be impossible where the worker is by now. */
static int obey(const struct request *r)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct caps[2];
	pthread_t thread;
	int fd;

	switch (r->order) {
	case UNSHARE: return unshare(r->arg);
	case JOIN:
		fd = open(r->path, O_RDONLY | O_CLOEXEC);
		return fd < 0 || setns(fd, 0) < 0 || close(fd) < 0;
	case NO_NEW_PRIVS: return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	case DROP_CAPABILITY:
		syscall(SYS_capget, &header, caps);
		caps[0].effective &= ~(1u << r->arg);
		return (int)syscall(SYS_capset, &header, caps);
	case SET_UID: return (int)syscall(SYS_setreuid, r->arg, -1);
	case RENAME: return prctl(PR_SET_NAME, r->path);
	case THREAD: return pthread_create(&thread, NULL, sleep_thread, NULL);
	case FILTER_FROM_THREAD:
		return pthread_create(&thread, NULL, filter_thread, NULL) ||
		       pthread_join(thread, NULL);
	case MOVE: return write_pid(r->path, getpid()) < 0;
	case FORK: return fork_child();
	default: return -1;
	}
}

static void work(int orders, int answers)
{
	struct request r;

	while (read(orders, &r, sizeof(r)) == sizeof(r)) {
		int result = obey(&r);

		if (write(answers, &result, sizeof(result)) != sizeof(result))
			break;
	}
	_exit(0);
}

static void hire(struct worker *w)
{
	int orders[2], answers[2];

	MUST(pipe2(orders, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0);
	w->pid = fork();
	MUST(w->pid >= 0);
	if (w->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(orders[1]);
		close(answers[0]);
		close(life[1]);
		work(orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	w->orders = orders[1];
	w->answers = answers[0];
}

static int tell(struct worker *w, const struct request *r)
{
	struct pollfd answer = {.fd = w->answers, .events = POLLIN};
	int result = -1;

	MUST(write(w->orders, r, sizeof(*r)) == sizeof(*r));
	MUST(poll(&answer, 1, 30000) == 1);
	MUST(read(w->answers, &result, sizeof(result)) == sizeof(result));
	return result;
}

static void fire(struct worker *w, bool reap)
{
	if (!w->pid)
		return;
	kill(w->pid, SIGKILL);
	/* Waits until it is a zombie, and leaves it one if so wished. */
	MUST(waitid(P_PID, (id_t)w->pid, &(siginfo_t){0}, WEXITED | (reap ? 0 : WNOWAIT)) == 0);
	close(w->orders);
	close(w->answers);
	w->pid = 0;
}

#endif
