// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stddef.h>

#include "hash.h"
#include "parse.h"
#include "tap.h"

#define TAIL " 1 2 3 4 5 2097216 10 11 12 13 14 15 16 17 18 19 20 21 98765 23 24\n"

/* A copy of exactly len bytes on the heap: a byte read too far is seen by the sanitizer. */
static char *exact(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);

	MUST(copy);
	memcpy(copy, text, len);
	return copy;
}

static int stat_of(const char *text, size_t len, struct nsb_stat *out)
{
	char *copy = exact(text, len);
	int err = nsb_parse_stat(copy, len, out);

	free(copy);
	return err;
}

static int status_of(const char *text, size_t len, struct nsb_status *out)
{
	char *copy = exact(text, len);
	int err = nsb_parse_status(copy, len, out);

	free(copy);
	return err;
}

static void test_stat(void)
{
	static const char plain[] = "42 (sh) S" TAIL;
	static const char hostile[] = "42 (a) R 7 (b) S" TAIL;
	static const char newline[] = "42 (x\n\033[1m)\n) Z" TAIL;
	static const char long_name[] = "42 (kworker/u8:3-events_unbound) I" TAIL;
	struct nsb_stat s;

	ok(stat_of(plain, strlen(plain), &s) == 0 && s.ppid == 1 && s.state == 'S' &&
		   s.start == 98765 && s.kernel_flags == 2097216 && strcmp(s.comm, "sh") == 0,
	   "stat: fields 2, 3, 4, 9 and 22");
	ok(stat_of(hostile, strlen(hostile), &s) == 0 && strcmp(s.comm, "a) R 7 (b") == 0 &&
		   s.ppid == 1,
	   "stat: a name that looks like the end of a name");
	ok(stat_of(newline, strlen(newline), &s) == 0 && strcmp(s.comm, "x\n\033[1m)\n") == 0 &&
		   s.state == 'Z',
	   "stat: newline, escape and parenthesis in the name");
	ok(stat_of(long_name, strlen(long_name), &s) == 0 && strcmp(s.comm, "kworker/u8:3-ev") == 0,
	   "stat: a long name is cut and ends with NUL");
	ok(stat_of("42 () S" TAIL, strlen("42 () S" TAIL), &s) == 0 && s.comm[0] == '\0',
	   "stat: empty name");
	ok(stat_of("42 (a) S -1 2 3 4 5 6 7", 23, &s) == -EPROTO, "stat: negative parent");
	ok(stat_of("42 )a( S" TAIL, strlen("42 )a( S" TAIL), &s) == -EPROTO, "stat: )name(");

	bool all = true;
	size_t enough = strlen(plain) - strlen("98765 23 24\n") + 1;

	for (size_t len = 0; len < enough; len++)
		all &= stat_of(plain, len, &s) == -EPROTO;
	ok(all, "stat: each text that ends before field 22 is refused");
}

static void test_schedstat(void)
{
	struct nsb_ran r;

	ok(nsb_parse_schedstat("12 34 56\n", 9, &r) == 0 && r.on_cpu == 12 && r.times == 56,
	   "schedstat");
	ok(nsb_parse_schedstat("0 0 0\n", 6, &r) == -EPROTO,
	   "schedstat: zeros of a kernel that does not count");
	ok(nsb_parse_schedstat("12 34", 5, &r) == -EPROTO, "schedstat: cut");
	ok(nsb_parse_schedstat("99999999999999999999 1 1\n", 25, &r) == -EPROTO,
	   "schedstat: more than 64 bits");
}

#define STATUS                                                                                     \
	"Name:\ta\\nUid:\\t0\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t42\nNgid:\t0\nPid:\t42\n" \
	"PPid:\t7\nTracerPid:\t0\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nFDSize:\t64\nGroups:\t1 2 "  \
	"\n"                                                                                       \
	"NStgid:\t42\t3\t1\nNSpid:\t42\t3\t1\nThreads:\t9\n"                                       \
	"CapInh:\t0000000000000001\nCapPrm:\t000001ffffffffff\nCapEff:\tffffffffffffffff\n"        \
	"CapBnd:\t0000000000000004\nCapAmb:\t0000000000000005\n"                                   \
	"NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n"

static void test_status(void)
{
	static const char text[] = STATUS;
	struct nsb_status s;
	int bad = 0;

	ok(status_of(text, strlen(text), &s) == 0, "status is read");
	ok(s.state == 'S' && s.tgid == 42 && s.ppid == 7 && s.threads == 9, "status: numbers");
	ok(s.uid[0] == 1 && s.uid[3] == 4 && s.gid[0] == 5 && s.gid[3] == 8, "status: ids");
	ok(s.cap[0] == 1 && s.cap[1] == 0x1ffffffffffull && s.cap[2] == UINT64_MAX &&
		   s.cap[3] == 4 && s.cap[4] == 5,
	   "status: the five sets");
	ok(s.nspid_count == 3 && s.nspid[0] == 42 && s.nspid[2] == 1, "status: NSpid");
	ok(s.no_new_privs == 1 && s.seccomp == 2 && s.seccomp_filters == 3, "status: seccomp");
	ok(s.name_hash == nsb_hash("\ta\\nUid:\\t0", 11), "status: hash of the name");

	for (size_t len = 0; len <= strlen(text); len++) {
		int err = status_of(text, len, &s);

		bad += err != 0 && err != -EPROTO;
	}
	ok(bad == 0, "status: cut anywhere, it is read or refused");
	ok(status_of("", 0, &s) == -EPROTO, "status: empty");
	ok(status_of("\n:\n\n", 4, &s) == -EPROTO, "status: lines without keys");

	static const char old[] =
		"State:\tR\nPPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nThreads:\t1";

	ok(status_of(old, strlen(old), &s) == 0 && s.seccomp_filters == UINT32_MAX &&
		   s.nspid_count == 0,
	   "status: an old kernel without the later lines, no newline at the end");

	char many[600] = "NSpid:";

	for (int i = 0; i < 60; i++)
		strcat(many, "\t1");
	strcat(many, "\n");
	strcat(many, old);
	ok(status_of(many, strlen(many), &s) == 0 && s.nspid_count == NSB_LEVELS,
	   "status: more levels than there can be");
	ok(status_of("Uid:\t1\t2\t3\n", 11, &s) == -EPROTO, "status: three of four ids");
	ok(status_of("PPid:\t4294967296\n", 17, &s) == -EPROTO, "status: more than 32 bits");
	ok(status_of("CapEff:\t00000000000000000\n", 26, &s) == -EPROTO,
	   "status: a set of 17 digits");
}

static void test_pids(void)
{
	ok(nsb_parse_pid("1") == 1 && nsb_parse_pid("4194304") == 4194304, "pid");
	ok(!nsb_parse_pid("") && !nsb_parse_pid("self") && !nsb_parse_pid("1a") &&
		   !nsb_parse_pid("01") && !nsb_parse_pid("4194305") &&
		   !nsb_parse_pid("99999999999999999999") && !nsb_parse_pid("-1"),
	   "not a pid");
}

static void test_ns_link(void)
{
	uint64_t ino = 0;

	ok(nsb_parse_ns_link("mnt:[4026531840]", 16, &ino) == 0 && ino == 4026531840u, "ns link");
	ok(nsb_parse_ns_link("mnt:[0]", 7, &ino) == -EPROTO &&
		   nsb_parse_ns_link("mnt:[1", 6, &ino) == -EPROTO &&
		   nsb_parse_ns_link("mnt:[]", 6, &ino) == -EPROTO &&
		   nsb_parse_ns_link("[1]x", 4, &ino) == -EPROTO &&
		   nsb_parse_ns_link("[1 ]", 4, &ino) == -EPROTO &&
		   nsb_parse_ns_link("/x", 2, &ino) == -EPROTO &&
		   nsb_parse_ns_link("", 0, &ino) == -EPROTO,
	   "not a ns link");
}

static void test_cgroup_files(void)
{
	static const char members[] = "12\n0\nx\n\n99999999\n7";
	const char *at = members, *end = members + strlen(members);
	uint64_t usage;
	uint32_t pid;

	ok(nsb_parse_cpu_usage("usage_usec 77\nuser_usec 1\n", 26, 2, &usage) == 0 && usage == 77,
	   "cpu.stat");
	ok(nsb_parse_cpu_usage("user_usec 1\nusage_usec 78", 25, 2, &usage) == 0 && usage == 78,
	   "cpu.stat: another order");
	ok(nsb_parse_cpu_usage("usage_usec", 10, 2, &usage) == -EPROTO &&
		   nsb_parse_cpu_usage("usage_usec ", 11, 2, &usage) == -EPROTO &&
		   nsb_parse_cpu_usage("", 0, 2, &usage) == -EPROTO,
	   "cpu.stat: cut");
	ok(nsb_parse_cpu_usage("123\n", 4, 1, &usage) == 0 && usage == 123, "cpuacct.usage");
	ok(nsb_next_member(&at, end, &pid) && pid == 12 && nsb_next_member(&at, end, &pid) &&
		   pid == 0 && nsb_next_member(&at, end, &pid) && pid == 7 &&
		   !nsb_next_member(&at, end, &pid),
	   "cgroup.procs: pids, those of elsewhere as 0, garbage left out");
}

static int mount_of(const char *line, struct nsb_cgroup_mount *out)
{
	size_t len = strlen(line);
	char *copy = exact(line, len);
	int found = nsb_parse_cgroup_mount(copy, len, out);

	free(copy);
	return found;
}

static void test_mountinfo(void)
{
	struct nsb_cgroup_mount m;

	ok(mount_of("41 31 0:38 / /sys/fs/cg\\040x\\134 rw - cgroup2 cgroup2 rw", &m) == 1 &&
		   m.version == 2 && m.whole && m.major == 0 && m.minor == 38 &&
		   strcmp(m.path, "/sys/fs/cg x\\") == 0,
	   "mountinfo: v2, escapes");
	free(m.path);
	ok(mount_of("41 31 0:38 /a /b rw shared:1 master:2 - cgroup cgroup rw,cpu", &m) == 1 &&
		   m.version == 1 && !m.whole,
	   "mountinfo: v1, optional fields, a directory of it");
	free(m.path);
	ok(mount_of("41 31 0:38 / /b rw - tmpfs x rw", &m) == 0, "mountinfo: something else");
	ok(mount_of("41 31 0:38 / /b rw shared:1 cgroup2 x rw", &m) == -EPROTO &&
		   mount_of("41 31 0-38 / /b rw - cgroup2 x rw", &m) == -EPROTO &&
		   mount_of("41 31 0:38 / b rw - cgroup2 x rw", &m) == -EPROTO &&
		   mount_of("41 31 0:38 / /b rw -", &m) == -EPROTO && mount_of("", &m) == -EPROTO,
	   "mountinfo: malformed");
	ok(mount_of("1 1 0:1 / /\\ rw - cgroup2", &m) == 1 && strcmp(m.path, "/\\") == 0,
	   "mountinfo: a backslash at the end");
	free(m.path);
}

int main(void)
{
	test_stat();
	test_schedstat();
	test_status();
	test_pids();
	test_ns_link();
	test_cgroup_files();
	test_mountinfo();
	return done();
}
