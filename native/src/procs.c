// SPDX-License-Identifier: MIT
#include "procs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"

const char *const nsb_ns_files[NSB_NS_TYPES] = {
	[NSB_NS_CGROUP] = "ns/cgroup", [NSB_NS_IPC] = "ns/ipc", [NSB_NS_MNT] = "ns/mnt",
	[NSB_NS_NET] = "ns/net",       [NSB_NS_PID] = "ns/pid", [NSB_NS_TIME] = "ns/time",
	[NSB_NS_USER] = "ns/user",     [NSB_NS_UTS] = "ns/uts",
};

/* The texts of more cgroups than this in one /proc/PID/cgroup are not shown. */
#define MEMBERSHIP_MAX ((size_t)256 << 10)

static bool is_denied(int err)
{
	return err == -EACCES || err == -EPERM;
}

static bool is_vanished(int err)
{
	return err == -ESRCH || err == -ENOENT;
}

static bool exists(int dir)
{
	struct stat st;

	return fstatat(dir, "stat", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/*
 * "kworker/0:1-events": the kernel appends the work queue that the worker served last
 * (wq_worker_comm() in kernel/workqueue.c). It changes all the time and is no name.
 */
static void cut_work_queue(char comm[16])
{
	char *colon = strncmp(comm, "kworker/", 8) == 0 ? strchr(comm, ':') : NULL;
	size_t kept;

	if (!colon)
		return;
	kept = strcspn(colon, "-+") + (size_t)(colon - comm);
	memset(comm + kept, 0, 16 - kept);
}

static int take_stat(int dir, struct nsb_buf *buf, struct nsb_entry *now)
{
	struct nsb_stat stat;
	int err = nsb_read_single(dir, "stat", buf);

	if (err)
		return err == -ENOMEM ? err : -ESRCH;
	/* Without a start time a process has no identity: it is left out. */
	if (nsb_parse_stat(buf->data, buf->len, &stat) < 0)
		return -ESRCH;
	now->rec.start = stat.start;
	now->rec.ppid = stat.ppid;
	now->rec.state = stat.state;
	memcpy(now->rec.comm, stat.comm, sizeof(now->rec.comm));
	if (stat.kernel_flags & NSB_PF_KTHREAD) {
		now->rec.flags |= NSB_P_KTHREAD;
		cut_work_queue(now->rec.comm);
	}
	return 0;
}

static void copy_status(struct nsb_entry *now, const struct nsb_status *status)
{
	struct nsb_proc *rec = &now->rec;

	memcpy(rec->cap, status->cap, sizeof(rec->cap));
	memcpy(rec->uid, status->uid, sizeof(rec->uid));
	memcpy(rec->gid, status->gid, sizeof(rec->gid));
	memcpy(now->nspid, status->nspid, sizeof(now->nspid));
	rec->nspid_count = status->nspid_count;
	rec->threads = status->threads;
	rec->seccomp = status->seccomp;
	rec->no_new_privs = status->no_new_privs;
	rec->seccomp_filters = status->seccomp_filters;
	/* Read after stat, so the newer of the two. */
	rec->ppid = status->ppid;
	rec->state = status->state;
	now->name_hash = status->name_hash;
}

static int take_status(int dir, struct nsb_buf *buf, struct nsb_entry *now)
{
	struct nsb_status status;
	int err = nsb_read_single(dir, "status", buf);

	if (err == -ENOMEM || is_vanished(err))
		return err == -ENOMEM ? err : -ESRCH;
	if (err || nsb_parse_status(buf->data, buf->len, &status) < 0) {
		now->rec.flags |= NSB_P_STATUS_DENIED;
		now->rec.seccomp_filters = UINT32_MAX;
		return 0;
	}
	/* /proc has a directory for every thread, though it lists only those of leaders. */
	if (status.tgid && status.tgid != now->rec.pid)
		return -ESRCH;
	copy_status(now, &status);
	return 0;
}

static void take_namespaces(int dir, struct nsb_entry *now)
{
	for (int type = 0; type < NSB_NS_TYPES; type++) {
		char link[64];
		/* readlink, not stat: stat makes an nsfs inode and costs nearly twice as much. */
		ssize_t len = readlinkat(dir, nsb_ns_files[type], link, sizeof(link));

		now->rec.ns[type] = 0;
		if (len < 0 && is_denied(-errno))
			now->rec.flags |= NSB_P_NS_DENIED;
		else if (len > 0)
			nsb_parse_ns_link(link, (size_t)len, &now->rec.ns[type]);
		/* ENOENT: the kernel has no such type, or a zombie has left its namespaces. */
	}
}

static int take_membership(int dir, struct nsb_places *places, struct nsb_texts *texts,
			   struct nsb_buf *buf, struct nsb_entry *now)
{
	int err;

	now->rec.membership = NSB_NO_MEMBERSHIP;
	/*
	 * The links of a process that has just been reaped answer EACCES (proc_ns_readlink() in
	 * fs/proc/namespaces.c), and this file ESRCH: it tells whether a refusal was one. The last
	 * link was read: it is there.
	 */
	if (places && now->rec.ns[NSB_NS_TYPES - 1] &&
	    nsb_places_find(places, now, texts, &now->rec.membership))
		return 0;

	err = nsb_read_single(dir, "cgroup", buf);
	if (err == -ENOMEM)
		return err;
	if (!err && buf->len <= MEMBERSHIP_MAX) {
		err = nsb_texts_get(texts, buf->data, buf->len, &now->rec.membership);
		if (!err && places)
			nsb_places_note(places, now, now->rec.membership, buf->data, buf->len);
		return err;
	}
	now->rec.flags |= NSB_P_CGROUP_DENIED;
	/* A kernel without cgroups has no such file either. */
	return is_vanished(err) && !exists(dir) ? -ESRCH : 0;
}

/* devtmpfs_setup() in drivers/base/devtmpfs.c: the one kernel thread with a mount namespace. */
static bool unshares(const char comm[16])
{
	return strncmp(comm, "kdevtmpfs", 16) == 0;
}

int nsb_read_proc(int proc, const struct nsb_entry *old, const struct nsb_entry *kthreadd,
		  struct nsb_places *places, struct nsb_texts *texts, struct nsb_buf *buf,
		  struct nsb_entry *now)
{
	NSB_AUTO_FD int dir = -1;
	char name[16];
	int err;

	*now = *old;
	memset(&now->rec, 0, sizeof(now->rec));
	memset(now->nspid, 0, sizeof(now->nspid));
	now->rec.pid = old->rec.pid;
	now->rec.membership = NSB_NO_MEMBERSHIP;

	/* All reads go through one directory, so they are of one process even if the pid is reused.
	 */
	snprintf(name, sizeof(name), "%u", old->rec.pid);
	dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir < 0)
		return errno == ENOMEM ? -ENOMEM : -ESRCH;

	err = take_stat(dir, buf, now);
	if (!err)
		err = take_status(dir, buf, now);
	if (err)
		return err;
	/*
	 * Every kernel thread but kdevtmpfs is a child of kthreadd and stays in its namespaces:
	 * unshare(2) and setns(2) are not for them. So their links need not be read, and the
	 * initial namespaces are known even where pid 1 must not be looked at.
	 */
	if (kthreadd && now->rec.flags & NSB_P_KTHREAD && now->rec.ppid == kthreadd->rec.pid &&
	    !unshares(now->rec.comm)) {
		memcpy(now->rec.ns, kthreadd->rec.ns, sizeof(now->rec.ns));
		now->rec.flags |= kthreadd->rec.flags & NSB_P_NS_DENIED;
	} else {
		take_namespaces(dir, now);
	}
	return take_membership(dir, places, texts, buf, now);
}

int nsb_read_ran(int proc, uint32_t pid, struct nsb_buf *buf, struct nsb_ran *out)
{
	char name[32];
	int err;

	snprintf(name, sizeof(name), "%u/schedstat", pid);
	err = nsb_read_single(proc, name, buf);
	return err ? err : nsb_parse_schedstat(buf->data, buf->len, out);
}

bool nsb_status_differs(int proc, const struct nsb_entry *known, struct nsb_buf *buf)
{
	struct nsb_entry now = *known;
	struct nsb_status status;
	char name[32];

	snprintf(name, sizeof(name), "%u/status", known->rec.pid);
	if (nsb_read_single(proc, name, buf) < 0 ||
	    nsb_parse_status(buf->data, buf->len, &status) < 0)
		return true;
	copy_status(&now, &status);
	return now.name_hash != known->name_hash || !nsb_same_facts(&now, known);
}

static uint8_t state_class(uint8_t state)
{
	return state == 'R' || state == 'D' || state == 'I' ? 'S' : state;
}

bool nsb_same_facts(const struct nsb_entry *a, const struct nsb_entry *b)
{
	struct nsb_proc x = a->rec, y = b->rec;

	x.state = state_class(x.state);
	y.state = state_class(y.state);
	x.nspid = y.nspid = 0;
	return memcmp(&x, &y, sizeof(x)) == 0 && memcmp(a->nspid, b->nspid, sizeof(a->nspid)) == 0;
}
