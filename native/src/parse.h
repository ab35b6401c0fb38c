/* SPDX-License-Identifier: MIT */
#ifndef NSB_PARSE_H
#define NSB_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nsbridge.h"

/*
 * Parsers of what the kernel prints. They take bytes and a length (no NUL is needed), never read
 * outside, keep nothing, and return 0 or -EPROTO. Their input is hostile: a process chooses its
 * name, anybody may mount something else at the path that was opened.
 */

/* PID_MAX_LIMIT of the kernel on 64 bits: no pid is larger (proc_sys_kernel(5), pid_max). */
#define NSB_PID_LIMIT 4194304u
/* MAX_PID_NS_LEVEL of the kernel is 32; the initial namespace comes on top. */
#define NSB_LEVELS 33

/* A directory name of /proc as a pid, or 0. */
uint32_t nsb_parse_pid(const char *name);
/* Decimal digits at *at, moved behind them. False: no digit, or more than 64 bits. */
bool nsb_parse_u64(const char **at, const char *end, uint64_t *out);

struct nsb_stat { /* proc_pid_stat(5) */
	uint64_t start;
	uint32_t ppid;
	uint32_t kernel_flags; /* field 9, PF_* */
	char comm[16];
	uint8_t state;
};
#define NSB_PF_KTHREAD 0x00200000u /* include/linux/sched.h, since Linux 2.6.27 */
int nsb_parse_stat(const char *text, size_t len, struct nsb_stat *out);

struct nsb_status { /* proc_pid_status(5) */
	uint64_t cap[5];
	uint32_t uid[4], gid[4];
	uint32_t tgid; /* 0: not told */
	uint32_t ppid, threads;
	uint32_t nspid[NSB_LEVELS];
	uint32_t seccomp_filters;
	uint32_t name_hash; /* of the escaped Name: tells that comm changed */
	uint8_t nspid_count;
	uint8_t state, seccomp, no_new_privs;
};
int nsb_parse_status(const char *text, size_t len, struct nsb_status *out);

/* proc_pid_schedstat: time on the CPU (ns) and number of times that it was put there. */
struct nsb_ran {
	uint64_t on_cpu, times;
};
int nsb_parse_schedstat(const char *text, size_t len, struct nsb_ran *out);

/* "mnt:[4026531840]": the target of a /proc/PID/ns link, namespaces(7). */
int nsb_parse_ns_link(const char *text, size_t len, uint64_t *ino);

/* usage_usec of a v2 cpu.stat (version 2), or the one number of a v1 cpuacct.usage (version 1). */
int nsb_parse_cpu_usage(const char *text, size_t len, int version, uint64_t *usage);

/* Next line of a cgroup.procs. False at the end. A pid outside the reader's pid namespace is 0. */
bool nsb_next_member(const char **at, const char *end, uint32_t *pid);

struct nsb_cgroup_mount {
	uint32_t major, minor;
	int version;
	bool whole; /* the root of the hierarchy is mounted, not a directory in it */
	char *path; /* NUL-terminated, to be freed */
};
/*
 * One line of a proc_pid_mountinfo(5), without its newline. 1: a cgroup mount is in out, 0: another
 * file system, -EPROTO, -ENOMEM.
 */
int nsb_parse_cgroup_mount(const char *line, size_t len, struct nsb_cgroup_mount *out);

#endif
