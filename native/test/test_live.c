// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "picture.h"
#include "scratch_cgroups.h"
#include "worker.h"

/*
 * The reader against the running kernel. Main claim: a picture kept up by ticks is the picture that
 * somebody sees who looks for the first time, whatever the processes did in between.
 */

#define ROUNDS 60

static unsigned int seed;

static pid_t owner;

static void clean(void)
{
	char path[PATH_MAX];

	if (getpid() != owner)
		return;
	close(life[1]);
	for (int i = 0; i < WORKERS; i++)
		fire(&workers[i], true);
	while (waitpid(-1, NULL, 0) > 0)
		;
	if (!cgroup_base[0])
		return;
	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "%.200s/%d", cgroup_base, i);
		wait_empty(path);
	}
	wait_empty(cgroup_base);
}

/* ---- the two pictures ---- */

static struct nsb *open_reader(void)
{
	struct nsb *reader;

	MUST(nsb_open("/proc", &reader) == 0);
	if (cgroup_mount[0])
		MUST(nsb_add_hierarchy(reader, cgroup_mount, 2) == 0);
	return reader;
}

static void print_cgroups(const struct picture *p, FILE *out)
{
	size_t mount = strlen(cgroup_mount), base = strlen(cgroup_base);
	char path[PATH_MAX];

	if (!base)
		return;
	for (int i = -1; i < 8; i++) {
		snprintf(path, sizeof(path), i < 0 ? "%.200s" : "%.200s/%d", cgroup_base, i);
		for (uint32_t k = 0; k < p->ncgroups; k++)
			if (strcmp(p->cgroups[k].path, path + mount) == 0)
				fprintf(out, "%s: ino %lu in %lu, procs %u\n", path + mount,
					p->cgroups[k].rec.ino, p->cgroups[k].rec.parent,
					p->cgroups[k].rec.procs);
	}
}

/* What is ours of a picture; everything else on the machine changes while we look. */
static char *ours(const struct picture *p, const pid_t *zombies, int nzombies)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MUST(out);
	for (int i = 0; i < WORKERS; i++)
		if (workers[i].pid)
			picture_print_proc(p, (uint32_t)workers[i].pid, out);
	for (int i = 0; i < nforked; i++)
		if (forked[i])
			picture_print_proc(p, (uint32_t)forked[i], out);
	for (int i = 0; i < nzombies; i++)
		picture_print_proc(p, (uint32_t)zombies[i], out);
	print_cgroups(p, out);
	fclose(out);
	return text;
}

static void show_difference(const char *a, const char *b)
{
	while (*a || *b) {
		int x = (int)strcspn(a, "\n"), y = (int)strcspn(b, "\n");

		if (x != y || memcmp(a, b, (size_t)x) != 0)
			printf("# ticks: %.*s\n# fresh: %.*s\n", x, a, y, b);
		a += x + (a[x] != '\0');
		b += y + (b[y] != '\0');
	}
}

static bool same_as_fresh(const struct picture *kept, const pid_t *zombies, int nzombies)
{
	struct nsb *reader = open_reader();
	struct picture fresh = {0};
	char *a, *b;
	bool same;

	picture_apply(&fresh, reader, nsb_full(reader, 2));
	a = ours(kept, zombies, nzombies);
	b = ours(&fresh, zombies, nzombies);
	same = strcmp(a, b) == 0;
	if (!same)
		show_difference(a, b);
	free(a);
	free(b);
	picture_free(&fresh);
	nsb_close(reader);
	return same;
}

/* ---- the tests ---- */

static int random_below(int limit)
{
	return rand_r(&seed) % limit;
}

static void random_cgroup(char *path, size_t cap)
{
	if (random_below(5) == 0)
		snprintf(path, cap, "%s", cgroup_mount);
	else
		snprintf(path, cap, "%.200s/%d", cgroup_base, random_below(4));
}

/* One random act. Returns whether it moved a process from outside. */
static bool act(void)
{
	static const int flags[] = {CLONE_NEWNS,     CLONE_NEWUTS,
				    CLONE_NEWIPC,    CLONE_NEWNET,
				    CLONE_NEWPID,    CLONE_NEWUSER,
				    CLONE_NEWCGROUP, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS};
	static const char *const joined[] = {"uts", "ipc", "net", "mnt", "user", "cgroup"};
	struct worker *w = &workers[random_below(WORKERS)];
	struct request r = {.order = (enum order)random_below(ORDERS)};
	const struct worker *other = &workers[random_below(WORKERS)];
	char path[PATH_MAX];
	int result;

	if (!w->pid || random_below(12) == 0) {
		fire(w, true);
		hire(w);
		return false;
	}
	if (random_below(20) == 0 && cgroup_base[0]) {
		random_cgroup(path, sizeof(path));
		return write_pid(path, w->pid) > 0;
	}
	if (random_below(20) == 0 && cgroup_base[0]) {
		snprintf(path, sizeof(path), "%.200s/%d", cgroup_base, 4 + random_below(4));
		if (mkdir(path, 0755) < 0)
			rmdir(path);
		return false;
	}
	if (r.order == UNSHARE)
		r.arg = flags[random_below(8)];
	else if (r.order == JOIN && other->pid)
		snprintf(r.path, sizeof(r.path), "/proc/%d/ns/%s", other->pid,
			 joined[random_below(6)]);
	else if (r.order == DROP_CAPABILITY)
		r.arg = random_below(32);
	else if (r.order == SET_UID)
		r.arg = random_below(3);
	else if (r.order == RENAME)
		snprintf(r.path, 16, "n) %d \n", random_below(1000));
	else if (r.order == MOVE && cgroup_base[0])
		random_cgroup(r.path, sizeof(r.path));
	result = tell(w, &r);
	if (r.order == FORK && result > 0 && nforked < (int)(sizeof(forked) / sizeof(forked[0]))) {
		char link[64];
		ssize_t len;

		/* In another pid namespace its pid is not the one that we know it by. */
		snprintf(path, sizeof(path), "/proc/%d/ns/pid_for_children", w->pid);
		len = readlink(path, link, sizeof(link));
		snprintf(path, sizeof(path), "/proc/self/ns/pid");
		if (len > 0 && readlink(path, path + 64, 64) == len &&
		    memcmp(link, path + 64, (size_t)len) == 0)
			forked[nforked++] = result;
	}
	return false;
}

static void test_churn(void)
{
	struct nsb *reader;
	struct picture kept = {0};
	int bad = 0;

	for (int i = 0; i < WORKERS; i++)
		hire(&workers[i]);
	reader = open_reader();
	picture_apply(&kept, reader, nsb_full(reader, 2));
	for (int round = 0; round < ROUNDS && bad < 3; round++) {
		bool moved = false;

		for (int i = random_below(12); i >= 0; i--)
			moved |= act();
		settle();
		/* A move from outside shows at the latest when all members are read again. */
		for (int i = moved ? 5 : 1; i > 0; i--)
			picture_apply(&kept, reader, nsb_tick(reader, 0));
		bad += !same_as_fresh(&kept, NULL, 0);
	}
	ok(bad == 0, "ticks and a fresh frame tell the same after %d rounds", ROUNDS);
	picture_apply(&kept, reader, nsb_tick(reader, 1));
	ok(same_as_fresh(&kept, NULL, 0), "so does a tick that trusts nothing");
	picture_free(&kept);
	nsb_close(reader);
}

static void test_parents(void)
{
	struct request r = {.order = FORK};
	struct nsb *reader = open_reader();
	struct picture kept = {0};
	pid_t child, zombie;
	struct worker *w = &workers[0];

	if (w->pid)
		fire(w, true);
	hire(w);
	child = tell(w, &r);
	MUST(child > 0 && nforked < (int)(sizeof(forked) / sizeof(forked[0])));
	forked[nforked++] = child;
	picture_apply(&kept, reader, nsb_full(reader, 1));
	is_i64(picture_proc(&kept, (uint32_t)child)->rec.ppid, w->pid, "parent");

	zombie = w->pid;
	fire(w, false);
	picture_apply(&kept, reader, nsb_tick(reader, 0));
	ok(picture_proc(&kept, (uint32_t)zombie) &&
		   picture_proc(&kept, (uint32_t)zombie)->rec.state == 'Z',
	   "a zombie is a process");
	ok(same_as_fresh(&kept, &zombie, 1) &&
		   picture_proc(&kept, (uint32_t)child)->rec.ppid != (uint32_t)zombie,
	   "its child, which did not run, has another parent");
	MUST(waitpid(zombie, NULL, 0) == zombie);
	picture_apply(&kept, reader, nsb_tick(reader, 0));
	ok(!picture_proc(&kept, (uint32_t)zombie), "and is gone when reaped");
	picture_free(&kept);
	nsb_close(reader);
}

static void test_touch(void)
{
	struct nsb *reader = open_reader();
	struct picture kept = {0};
	struct request r = {.order = UNSHARE, .arg = CLONE_NEWUSER | CLONE_NEWUTS};
	struct worker *w = &workers[1];
	uint32_t pid;
	const struct nsb_ns *uts;

	picture_apply(&kept, reader, nsb_full(reader, 1));
	if (w->pid)
		fire(w, true);
	hire(w);
	pid = (uint32_t)w->pid;
	if (tell(w, &r) != 0) {
		skip("touch after unshare", "user namespaces are not allowed");
	} else {
		picture_apply(&kept, reader, nsb_touch(reader, &pid, 1));
		MUST(picture_proc(&kept, pid));
		uts = picture_ns(&kept, picture_proc(&kept, pid)->rec.ns[NSB_NS_UTS], NSB_NS_UTS);
		ok(uts && uts->owner == picture_proc(&kept, pid)->rec.ns[NSB_NS_USER],
		   "touch: the new process, its namespaces, their owner");
	}
	fire(w, true);
	picture_apply(&kept, reader, nsb_touch(reader, &pid, 1));
	ok(!picture_proc(&kept, pid), "touch: gone");
	picture_free(&kept);
	nsb_close(reader);
}

static void put_map(pid_t pid, const char *name, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	MUST(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
}

static void map_root(pid_t pid)
{
	char text[32];

	put_map(pid, "setgroups", "deny");
	snprintf(text, sizeof(text), "0 %u 1", geteuid());
	put_map(pid, "uid_map", text);
	snprintf(text, sizeof(text), "0 %u 1", getegid());
	put_map(pid, "gid_map", text);
}

/* A namespace without a process that owns one with a process. */
static void test_hidden(void)
{
	struct request r = {.order = UNSHARE, .arg = CLONE_NEWUSER};
	struct nsb *reader = open_reader();
	struct picture kept = {0};
	struct worker *w = &workers[2];
	uint64_t middle, inner;
	const struct nsb_ns *ns;

	if (w->pid)
		fire(w, true);
	hire(w);
	if (tell(w, &r) != 0) {
		skip("hidden owner", "user namespaces are not allowed");
		nsb_close(reader);
		return;
	}
	map_root(w->pid);
	picture_apply(&kept, reader, nsb_full(reader, 1));
	middle = picture_proc(&kept, (uint32_t)w->pid)->rec.ns[NSB_NS_USER];
	ns = picture_ns(&kept, middle, NSB_NS_USER);
	ok(ns && !(ns->flags & NSB_N_HIDDEN) && ns->owner_uid == geteuid() &&
		   ns->parent == ns->owner,
	   "user namespace: owner uid and parent");

	MUST(tell(w, &r) == 0);
	picture_apply(&kept, reader, nsb_tick(reader, 0));
	inner = picture_proc(&kept, (uint32_t)w->pid)->rec.ns[NSB_NS_USER];
	ns = picture_ns(&kept, middle, NSB_NS_USER);
	ok(inner != middle && picture_ns(&kept, inner, NSB_NS_USER)->parent == middle,
	   "a user namespace inside");
	ok(ns && ns->flags & NSB_N_HIDDEN && ns->parent != 0,
	   "the one in between has no process any more, and stays as hidden");
	ok(same_as_fresh(&kept, NULL, 0), "a fresh frame finds it by its child");

	fire(w, true);
	picture_apply(&kept, reader, nsb_tick(reader, 0));
	ok(!picture_ns(&kept, middle, NSB_NS_USER) && !picture_ns(&kept, inner, NSB_NS_USER),
	   "both are gone with the process");
	picture_free(&kept);
	nsb_close(reader);
}

static void test_self(void)
{
	struct nsb *reader = open_reader();
	struct picture p = {0};
	const struct seen_proc *self;
	const struct nsb_ns *user;
	char name[16] = "";

	prctl(PR_SET_NAME, "a) S 9 (b\n");
	prctl(PR_GET_NAME, name);
	picture_apply(&p, reader, nsb_full(reader, 1));
	self = picture_proc(&p, (uint32_t)getpid());
	MUST(self);
	ok(self->rec.ppid == (uint32_t)getppid() && self->rec.uid[1] == geteuid() &&
		   self->rec.gid[0] == getgid() && self->rec.threads == 1,
	   "own process: parent, ids, threads");
	ok(strcmp(self->rec.comm, name) == 0, "own process: name");
	ok(self->pids[0] == (uint32_t)getpid() && self->rec.nspid_count >= 1, "own process: NSpid");
	for (uint32_t type = 0; type < NSB_NS_TYPES; type++)
		if (self->rec.ns[type])
			ok(picture_ns(&p, self->rec.ns[type], type) != NULL,
			   "own namespace of type %u is described", type);
	user = picture_ns(&p, self->rec.ns[NSB_NS_USER], NSB_NS_USER);
	ok(user && user->dev != 0, "own user namespace");
	ok(picture_proc(&p, 1) && picture_proc(&p, 1)->rec.start > 0, "pid 1, readable or not");
	ok(strchr(picture_text(&p, self->rec.membership), ':') != NULL, "own cgroups");
	ok(nsb_full(reader, 8) > 0, "eight threads");
	picture_apply(&p, reader, nsb_tick(reader, 0) < 0 ? -EIO : 0);
	picture_free(&p);
	nsb_close(reader);
	prctl(PR_SET_NAME, "test_live");
}

int main(void)
{
	const char *given = getenv("NSB_SEED");

	seed = given ? (unsigned int)strtoul(given, NULL, 10) : (unsigned int)getpid();
	printf("# NSB_SEED=%u\n", seed);
	owner = getpid();
	MUST(pipe2(life, O_CLOEXEC) == 0);
	/* Children of workers come to us when those end, and so can be reaped by us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	atexit(clean);
	test_self();
	make_cgroups();
	if (!cgroup_base[0])
		skip("churn with cgroups", "no cgroup v2 that we may make cgroups in");
	test_churn();
	test_parents();
	test_touch();
	test_hidden();
	return done();
}
