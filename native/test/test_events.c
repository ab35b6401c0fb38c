// SPDX-License-Identifier: MIT
#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>

#include "nsbridge.h"
#include "tap.h"

#define DEADLINE_MS 20000

static char base[] = "/tmp/nsb-events-XXXXXX";

static void at_end(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", base);
	MUST(system(command) == 0);
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until the events wanted were seen in this order, others in between. */
static bool see(struct nsb_events *events, const struct nsb_event *wanted, size_t count)
{
	long end = now_ms() + DEADLINE_MS;
	struct nsb_event got[64];
	size_t seen = 0;

	while (seen < count && now_ms() < end) {
		int64_t n = nsb_events_wait(events, 1000, 1, got, 64);

		/* Lost events are no failure of the test: a busy machine may have more than fit. */
		if (n == -EOVERFLOW)
			return true;
		if (n < 0)
			return false;
		for (int64_t i = 0; i < n && seen < count; i++)
			seen += got[i].type == wanted[seen].type &&
				got[i].pid == wanted[seen].pid &&
				(!wanted[seen].arg || got[i].arg == wanted[seen].arg);
	}
	return seen == count;
}

static void test_cgroup(void)
{
	static const struct nsb_event one = {.type = NSB_EV_CGROUP};
	struct nsb_events *events;
	struct nsb_event got[4];
	char path[128];
	int mask = nsb_events_open(NSB_WANT_CGROUP, &events);

	is_i64(mask, NSB_WANT_CGROUP, "inotify is there");
	snprintf(path, sizeof(path), "%s/a", base);
	MUST(mkdir(path, 0755) == 0);
	is_i64(nsb_events_watch(events, base), 2, "two directories are watched");
	is_i64(nsb_events_watch(events, "/nowhere/at/all"), -ENOENT, "no such tree");
	is_i64(nsb_events_wait(events, 0, 0, got, 4), 0, "nothing has happened yet");

	snprintf(path, sizeof(path), "%s/a/b", base);
	MUST(mkdir(path, 0755) == 0);
	ok(see(events, &one, 1), "a directory came");
	snprintf(path, sizeof(path), "%s/a/b/c", base);
	MUST(mkdir(path, 0755) == 0);
	ok(see(events, &one, 1), "one came in the directory that came");
	MUST(rmdir(path) == 0);
	ok(see(events, &one, 1), "it went");
	snprintf(path, sizeof(path), "%s/a/file", base);
	fclose(fopen(path, "w"));
	is_i64(nsb_events_wait(events, 0, 0, got, 4), 0, "a file is nothing to tell");
	is_i64(nsb_events_wait(events, 0, 0, NULL, 4), -EINVAL, "no room for events");
	nsb_events_close(events);
}

/* Other sockets of the netlink may send to us; only the kernel is to be believed. */
static void forge(pid_t pid)
{
	struct cn_msg message = {.id = {CN_IDX_PROC, CN_VAL_PROC},
				 .len = sizeof(struct proc_event)};
	struct proc_event event = {.what = PROC_EVENT_EXIT};
	struct nlmsghdr header = {.nlmsg_len = sizeof(header) + sizeof(message) + sizeof(event),
				  .nlmsg_type = NLMSG_DONE};
	char lie[sizeof(header) + sizeof(message) + sizeof(event)];
	struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);

	event.event_data.exit.process_pid = event.event_data.exit.process_tgid = pid;
	memcpy(lie, &header, sizeof(header));
	memcpy(lie + sizeof(header), &message, sizeof(message));
	memcpy(lie + sizeof(header) + sizeof(message), &event, sizeof(event));
	/* Refused or not, it must not be seen. */
	if (fd >= 0) {
		(void)!sendto(fd, lie, sizeof(lie), 0, (struct sockaddr *)&to, sizeof(to));
		close(fd);
	}
}

static void test_proc(void)
{
	struct nsb_events *events;
	struct nsb_event wanted[4] = {{.type = NSB_EV_FORK},
				      {.type = NSB_EV_ID},
				      {.type = NSB_EV_EXEC},
				      {.type = NSB_EV_EXIT}};
	int mask = nsb_events_open(NSB_WANT_PROC, &events);
	int gate[2];
	pid_t child;

	MUST(mask >= 0);
	if (!mask) {
		skip("proc connector", "needs CAP_NET_ADMIN in the initial namespaces");
		nsb_events_close(events);
		return;
	}
	is_i64(nsb_events_watch(events, "/"), -ENODEV, "no tree is watched without inotify");
	MUST(pipe(gate) == 0);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		char byte;

		close(gate[1]);
		if (read(gate[0], &byte, 1) != 0 || prctl(PR_SET_NAME, "renamed") < 0)
			_exit(1);
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	close(gate[0]);
	forge(child);
	close(gate[1]);
	for (int i = 0; i < 4; i++)
		wanted[i].pid = (uint32_t)child;
	wanted[0].arg = (uint32_t)getpid();
	ok(see(events, wanted, 4), "fork, new name, exec and exit of a child, in this order");
	waitpid(child, NULL, 0);
	nsb_events_close(events);
}

static void *stopper(void *arg)
{
	nsb_events_stop(arg);
	return NULL;
}

static void test_stop(void)
{
	struct nsb_events *events;
	struct nsb_event got;
	pthread_t thread;

	MUST(nsb_events_open(0, &events) == 0);
	MUST(pthread_create(&thread, NULL, stopper, events) == 0);
	is_i64(nsb_events_wait(events, -1, 0, &got, 1), -ECANCELED, "stop ends the wait");
	is_i64(nsb_events_wait(events, -1, 0, &got, 1), -ECANCELED, "and every later one");
	MUST(pthread_join(thread, NULL) == 0);
	nsb_events_close(events);
	nsb_events_close(NULL);
	is_i64(nsb_events_open(0, NULL), -EINVAL, "open without a place for the result");
}

int main(void)
{
	MUST(mkdtemp(base));
	atexit(at_end);
	test_cgroup();
	test_proc();
	test_stop();
	return done();
}
