// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "picture.h"

/* The reader over a directory that only looks like a procfs: what the kernel never says. */

static char base[] = "/tmp/nsb-fake-XXXXXX";

__attribute__((format(printf, 1, 2))) static const char *path(const char *format, ...)
{
	static char out[4200];
	va_list args;
	int len = snprintf(out, sizeof(out), "%s/", base);

	va_start(args, format);
	vsnprintf(out + len, sizeof(out) - (size_t)len, format, args);
	va_end(args);
	return out;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	MUST(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void link_to(const char *name, const char *target)
{
	unlink(name);
	MUST(symlink(target, name) == 0);
}

static void remove_tree(const char *what)
{
	char command[4300];

	snprintf(command, sizeof(command), "rm -rf '%s'", what);
	MUST(system(command) == 0);
}

static void at_end(void)
{
	remove_tree(base);
}

struct fake {
	unsigned int pid, ppid, tgid, flags;
	unsigned long start;
	const char *comm, *cgroup, *groups;
};

static void put_process(const struct fake *f)
{
	static const char *const types[] = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"};
	char *text;

	mkdir(path("proc/%u", f->pid), 0755);
	mkdir(path("proc/%u/ns", f->pid), 0755);
	MUST(asprintf(&text, "%u (%s) S %u 1 1 0 -1 %u 0 0 0 0 0 0 0 0 20 0 1 0 %lu 1 1\n", f->pid,
		      f->comm, f->ppid, f->flags, f->start) > 0);
	put(path("proc/%u/stat", f->pid), text);
	free(text);
	MUST(asprintf(&text,
		      "Name:\tx\nState:\tS (sleeping)\nTgid:\t%u\nPPid:\t%u\nUid:\t1\t2\t3\t4\n"
		      "Gid:\t5\t6\t7\t8\nGroups:\t%s\nNSpid:\t%u\t1\nThreads:\t1\nSeccomp:\t0\n",
		      f->tgid ? f->tgid : f->pid, f->ppid, f->groups ? f->groups : "", f->pid) > 0);
	put(path("proc/%u/status", f->pid), text);
	free(text);
	put(path("proc/%u/schedstat", f->pid), "1000 0 1\n");
	put(path("proc/%u/cgroup", f->pid), f->cgroup ? f->cgroup : "0::/\n");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char target[64];

		snprintf(target, sizeof(target), "%s:[%zu]", types[i], 4000 + i);
		link_to(path("proc/%u/ns/%s", f->pid, types[i]), target);
	}
}

static void test_hostile(struct nsb *reader, struct picture *p)
{
	char *groups = malloc(65536 * 11 + 1), *at = groups;
	const struct seen_proc *s;

	MUST(groups);
	for (int i = 0; i < 65536; i++)
		at += sprintf(at, "4294967295 ");
	put_process(&(struct fake){.pid = 10, .ppid = 0, .start = 5, .comm = "a) R 1 (\n\033[2J"});
	put_process(
		&(struct fake){.pid = 11, .ppid = 10, .start = 6, .comm = "g", .groups = groups});
	put_process(&(struct fake){.pid = 12, .ppid = 10, .start = 7, .comm = "t", .tgid = 11});
	put_process(&(struct fake){.pid = 13, .ppid = 10, .start = 8, .comm = "s"});
	put(path("proc/13/stat"), "13 (no end");
	put_process(&(struct fake){.pid = 14, .ppid = 10, .start = 9, .comm = "l"});
	link_to(path("proc/14/ns/mnt"), "mnt:[99999999999999999999999]");
	link_to(path("proc/14/ns/net"), ":[");
	put_process(&(struct fake){.pid = 15, .ppid = 10, .start = 9, .comm = "d"});
	put(path("proc/15/status"), "Uid:\tx\n");
	mkdir(path("proc/99999999999"), 0755);
	mkdir(path("proc/16"), 0755);
	put(path("proc/17"), "not a directory");
	free(groups);

	picture_apply(p, reader, nsb_full(reader, 8));
	is_i64(p->nprocs, 4, "those that can be told apart, and no others");
	s = picture_proc(p, 10);
	ok(s && memcmp(s->rec.comm, "a) R 1 (\n\033[2J\0\0\0", 16) == 0 && s->rec.ppid == 0,
	   "a hostile name arrives as it is");
	ok(s && s->rec.ns[NSB_NS_TIME] == 0 && !(s->rec.flags & NSB_P_NS_DENIED) &&
		   s->rec.ns[NSB_NS_UTS] == 4006,
	   "a type that the kernel does not have is no refusal");
	s = picture_proc(p, 11);
	ok(s && s->rec.threads == 1 && s->rec.uid[3] == 4 && s->rec.nspid_count == 2 &&
		   s->pids[1] == 1,
	   "65 536 groups before the rest of status");
	ok(!picture_proc(p, 12), "a thread is not taken for a process");
	s = picture_proc(p, 14);
	ok(s && s->rec.ns[NSB_NS_MNT] == 0, "an inode of more than 64 bits is unknown");
	s = picture_proc(p, 15);
	ok(s && s->rec.flags & NSB_P_STATUS_DENIED && s->rec.start == 9,
	   "a status that makes no sense counts as unreadable");
	ok(picture_ns(p, 4006, NSB_NS_UTS) &&
		   picture_ns(p, 4006, NSB_NS_UTS)->flags == NSB_N_OPEN_DENIED,
	   "a namespace that cannot be opened is there, and says so");
}

static void test_deltas(struct nsb *reader, struct picture *p)
{
	uint64_t before = p->revision;
	uint32_t pids[] = {10, 11, 0, UINT32_MAX, 4194304, 20};

	ok(nsb_tick(reader, 0) == 0 && nsb_tick(reader, 1) == 0, "no change, no frame");
	put_process(&(struct fake){
		.pid = 20, .ppid = 10, .start = 50, .comm = "new", .cgroup = "0::/a\n"});
	ok(nsb_touch(reader, NULL, 0) == 0, "touch of nothing");
	picture_apply(p, reader, nsb_touch(reader, pids, 6));
	ok(p->revision == before + 1 && picture_proc(p, 20), "touch finds the new process");
	is_i64(p->ntexts, 2, "its membership text is the second one");

	put_process(&(struct fake){
		.pid = 20, .ppid = 10, .start = 60, .comm = "other", .cgroup = "0::/b\n"});
	picture_apply(p, reader, nsb_tick(reader, 1));
	ok(picture_proc(p, 20)->rec.start == 60 &&
		   strcmp(picture_proc(p, 20)->rec.comm, "other") == 0,
	   "the pid of another process is gone and new");
	ok(strcmp(picture_text(p, picture_proc(p, 20)->rec.membership), "0::/b\n") == 0,
	   "with its own membership");

	put(path("proc/20/cgroup"), "0::/c\n");
	picture_apply(p, reader, nsb_touch(reader, pids, 6));
	put(path("proc/20/cgroup"), "0::/d\n");
	picture_apply(p, reader, nsb_touch(reader, pids, 6));
	ok(strcmp(picture_text(p, picture_proc(p, 20)->rec.membership), "0::/d\n") == 0 &&
		   p->ntexts <= 3,
	   "ids of texts without a process are used again");

	remove_tree(path("proc/20"));
	picture_apply(p, reader, nsb_touch(reader, pids, 6));
	ok(!picture_proc(p, 20), "touch tells that it is gone");
	put(path("proc/11/status"), "State:\tR\n");
	put(path("proc/11/schedstat"), "1001 0 1\n");
	picture_apply(p, reader, nsb_tick(reader, 0));
	ok(picture_proc(p, 11)->rec.flags & NSB_P_STATUS_DENIED, "one that ran is read again");
}

static void test_errors(void)
{
	struct nsb *reader;
	uint8_t byte;

	ok(nsb_open("/nowhere", &reader) == -ENOENT &&
		   nsb_open("/etc/passwd", &reader) == -ENOTDIR &&
		   nsb_open(NULL, &reader) == -EINVAL,
	   "open of what is no directory");
	MUST(nsb_open(path("proc"), &reader) == 0);
	ok(nsb_tick(reader, 0) == -ENODATA && nsb_touch(reader, NULL, 0) == -ENODATA &&
		   nsb_copy(reader, &byte, 1) == -ENODATA,
	   "nothing before the first full frame");
	ok(nsb_add_hierarchy(reader, "/nowhere", 2) == -ENOENT &&
		   nsb_add_hierarchy(reader, "/", 3) == -EINVAL,
	   "no such hierarchy");
	MUST(nsb_full(reader, 1) > 0);
	ok(nsb_copy(reader, &byte, 1) == -ENOBUFS && nsb_copy(reader, NULL, 1 << 20) == -ENOBUFS,
	   "copy into too little room");
	ok(nsb_add_hierarchy(reader, "/", 2) == -EINVAL, "no hierarchy after the first frame");
	ok(nsb_touch(reader, NULL, 3) == -EINVAL, "touch without a list");
	nsb_close(reader);
	nsb_close(NULL);
}

struct racer {
	struct nsb *reader;
	int64_t busy, other;
};

static void *race(void *arg)
{
	struct racer *r = arg;

	for (int i = 0; i < 200; i++) {
		int64_t got = nsb_full(r->reader, 2);

		r->busy += got == -EBUSY;
		r->other += got < 0 && got != -EBUSY;
	}
	return NULL;
}

static void test_busy(void)
{
	struct racer r[2] = {{0}};
	pthread_t thread;

	MUST(nsb_open(path("proc"), &r[0].reader) == 0);
	r[1].reader = r[0].reader;
	MUST(pthread_create(&thread, NULL, race, &r[1]) == 0);
	race(&r[0]);
	MUST(pthread_join(thread, NULL) == 0);
	ok(r[0].other == 0 && r[1].other == 0 && r[0].busy + r[1].busy < 400,
	   "two threads in one reader: one is told EBUSY, nothing else goes wrong");
	nsb_close(r[0].reader);
}

static const struct seen_cgroup *by_path(const struct picture *p, const char *name)
{
	for (uint32_t i = 0; i < p->ncgroups; i++)
		if (strcmp(p->cgroups[i].path, name) == 0)
			return &p->cgroups[i];
	return NULL;
}

static void test_cgroups(void)
{
	struct picture p = {0};
	struct nsb *reader;
	char moved[64];
	uint64_t ino;

	mkdir(path("cg"), 0755);
	mkdir(path("cg/a"), 0755);
	mkdir(path("cg/a/b\n"), 0755);
	mkdir(path("cg/z"), 0755);
	link_to(path("cg/link"), "/");
	put(path("cg/a/cgroup.procs"), "10\n11\n0\n");
	put(path("cg/a/cpu.stat"), "usage_usec 5\n");
	MUST(nsb_open(path("proc"), &reader) == 0);
	MUST(nsb_add_hierarchy(reader, path("cg"), 2) == 0);

	picture_apply(&p, reader, nsb_full(reader, 1));
	ok(p.ncgroups == 4 && by_path(&p, "/") && by_path(&p, "/a/b\n") && by_path(&p, "/z"),
	   "directories are cgroups, symbolic links are not");
	is_i64(by_path(&p, "/a")->rec.procs, 3, "members are counted");
	is_i64(by_path(&p, "/z")->rec.procs, UINT32_MAX, "members that cannot be read");
	ok(by_path(&p, "/a/b\n")->rec.parent == by_path(&p, "/a")->rec.ino &&
		   by_path(&p, "/a")->rec.parent == by_path(&p, "/")->rec.ino &&
		   by_path(&p, "/")->rec.parent == 0,
	   "parents");

	MUST(rmdir(path("cg/a/b\n")) == 0 && mkdir(path("cg/a/c"), 0755) == 0 &&
	     mkdir(path("cg/a/c/d"), 0755) == 0);
	picture_apply(&p, reader, nsb_tick(reader, 0));
	ok(p.ncgroups == 5 && !by_path(&p, "/a/b\n") && by_path(&p, "/a/c/d"),
	   "one went and two came under the same parent");

	ino = by_path(&p, "/a/c/d")->rec.ino;
	snprintf(moved, sizeof(moved), "%s", path("moved"));
	MUST(rename(path("cg/a/c"), moved) == 0);
	MUST(rename(moved, path("cg/e")) == 0);
	picture_apply(&p, reader, nsb_tick(reader, 0));
	ok(by_path(&p, "/e/d") && by_path(&p, "/e/d")->rec.ino == ino && !by_path(&p, "/a/c") &&
		   p.ncgroups == 5,
	   "a directory that moved has its new path, as what is below it");

	remove_tree(path("cg/a"));
	remove_tree(path("cg/e"));
	picture_apply(&p, reader, nsb_tick(reader, 0));
	ok(p.ncgroups == 2, "a tree that is gone");
	picture_free(&p);
	nsb_close(reader);
}

int main(void)
{
	struct picture p = {0};
	struct nsb *reader;

	MUST(mkdtemp(base));
	atexit(at_end);
	mkdir(path("proc"), 0755);
	MUST(nsb_open(path("proc"), &reader) == 0);
	test_hostile(reader, &p);
	test_deltas(reader, &p);
	nsb_close(reader);
	picture_free(&p);
	test_errors();
	test_busy();
	test_cgroups();
	return done();
}
