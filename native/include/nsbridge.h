/* SPDX-License-Identifier: MIT */
#ifndef NSBRIDGE_H
#define NSBRIDGE_H
#include <stddef.h>
#include <stdint.h>

/*
 * libnsbridge: facts about processes, namespaces and cgroups of this Linux host.
 *
 * The library is loaded into a multi-threaded node process, so it never prints, never exits, never
 * joins a namespace, never changes the calling thread and never writes to the host. Functions
 * return 0 or a positive count on success and -errno on failure. What must change a thread belongs
 * to the program ns-bridge.
 *
 * All numbers in a frame are little-endian and naturally aligned; src/protocol/frame/ reads the
 * same layout in TypeScript; test/kernel/frameLayout.test.ts compiles this header and compares.
 */
#define NSB_ABI 1
#define NSB_EXPORT __attribute__((visibility("default")))

/* ---- frame: one packed picture (full) or the changes since the one before (delta) ---- */

#define NSB_FRAME_MAGIC 0x4642534eu /* "NSBF" */
#define NSB_FRAME_VERSION 1

/* namespaces(7), in alphabetical order; the index is used everywhere below */
enum nsb_ns_type {
	NSB_NS_CGROUP,
	NSB_NS_IPC,
	NSB_NS_MNT,
	NSB_NS_NET,
	NSB_NS_PID,
	NSB_NS_TIME,
	NSB_NS_USER,
	NSB_NS_UTS,
	NSB_NS_TYPES
};

enum nsb_section_id {
	NSB_SEC_PROCS,		 /* struct nsb_proc: new and changed */
	NSB_SEC_GONE_PROCS,	 /* struct nsb_gone_proc */
	NSB_SEC_NAMESPACES,	 /* struct nsb_ns: new and changed */
	NSB_SEC_GONE_NAMESPACES, /* struct nsb_gone_ns */
	NSB_SEC_CGROUPS,	 /* struct nsb_cgroup: new and changed */
	NSB_SEC_GONE_CGROUPS,	 /* struct nsb_gone_cgroup */
	NSB_SEC_MEMBERSHIPS,	 /* struct nsb_membership: new; the newest text of an id wins */
	NSB_SEC_PIDS,		 /* uint32_t pool for nsb_proc.nspid */
	NSB_SEC_STRINGS,	 /* bytes; count = number of bytes */
	NSB_SECTIONS
};

struct nsb_section {
	uint32_t offset; /* from the start of the frame, multiple of 8 */
	uint32_t count;
};

struct nsb_frame { /* 120 bytes */
	uint32_t magic;
	uint32_t version;
	uint64_t bytes;	   /* whole frame, header included */
	uint64_t revision; /* of the table after this frame; starts at 1, +1 for every frame */
	uint64_t base;	   /* revision this frame applies to; 0 = full frame */
	uint64_t boottime; /* CLOCK_BOOTTIME when reading ended, ns */
	uint64_t flags;	   /* reserved, 0 */
	struct nsb_section sections[NSB_SECTIONS];
};

/* nsb_proc.flags */
enum {
	NSB_P_NS_DENIED = 1 << 0,     /* some ns link: EACCES or EPERM (needs CAP_SYS_PTRACE) */
	NSB_P_STATUS_DENIED = 1 << 1, /* /proc/PID/status not readable */
	NSB_P_CGROUP_DENIED = 1 << 2, /* /proc/PID/cgroup not readable */
	NSB_P_KTHREAD = 1 << 3,	      /* kernel thread: pid 2 or child of it */
};

#define NSB_NO_MEMBERSHIP UINT32_MAX

struct nsb_proc {	/* 192 bytes; proc_pid_status(5), proc_pid_stat(5) */
	uint64_t start; /* stat field 22, clock ticks since boot: with pid the identity */
	uint64_t ns[NSB_NS_TYPES]; /* nsfs inode; 0 = unknown (see flags) or no such type */
	uint64_t cap[5];	   /* inheritable, permitted, effective, bounding, ambient */
	uint32_t pid, ppid;	   /* in the reader's pid namespace */
	uint32_t uid[4];	   /* real, effective, saved, filesystem; in the reader's user ns */
	uint32_t gid[4];
	uint32_t threads;
	uint32_t membership; /* id of an nsb_membership, or NSB_NO_MEMBERSHIP */
	uint32_t nspid;	     /* index into NSB_SEC_PIDS of nspid_count pids, outermost first */
	uint32_t flags;
	char comm[16];	     /* first 15 bytes, NUL-padded; hostile data */
	uint8_t nspid_count; /* levels of NSpid; 0 = unknown */
	uint8_t state;	     /* letter; R, S, D and I are not told apart by a delta */
	uint8_t seccomp;     /* 0 off, 1 strict, 2 filter */
	uint8_t no_new_privs;
	uint32_t seccomp_filters; /* Linux 5.9; UINT32_MAX = unknown */
};

struct nsb_gone_proc { /* 16 bytes */
	uint64_t start;
	uint32_t pid;
	uint32_t reserved;
};

/* nsb_ns.flags */
enum {
	NSB_N_OPEN_DENIED = 1 << 0,   /* could not be opened: owner, parent, id unknown */
	NSB_N_OWNER_DENIED = 1 << 1,  /* NS_GET_USERNS: EPERM, outside the reader's view */
	NSB_N_PARENT_DENIED = 1 << 2, /* NS_GET_PARENT: EPERM, outside the reader's view */
	NSB_N_HIDDEN = 1 << 3,	      /* no process in it; found as owner or parent of another */
};

struct nsb_ns { /* 56 bytes; ioctl_nsfs(2) */
	uint64_t ino;
	uint64_t dev;	    /* of nsfs; 0 = unknown */
	uint64_t id;	    /* NS_GET_ID, Linux 6.18; mnt: NS_GET_MNTNS_ID, 6.11; 0 = none */
	uint64_t owner;	    /* inode of the owning user namespace; 0 = unknown */
	uint64_t parent;    /* pid and user only; 0 = none or unknown */
	uint32_t owner_uid; /* user only, NS_GET_OWNER_UID; UINT32_MAX = unknown */
	uint32_t type;	    /* enum nsb_ns_type */
	uint32_t flags;
	uint32_t reserved;
};

struct nsb_gone_ns { /* 16 bytes */
	uint64_t ino;
	uint32_t type;
	uint32_t reserved;
};

struct nsb_cgroup {	    /* 40 bytes; cgroups(7) */
	uint64_t ino;	    /* inode of the directory = the kernel's cgroup id */
	uint64_t parent;    /* inode of the parent; 0 for the root of the hierarchy */
	uint32_t hierarchy; /* index returned by nsb_add_hierarchy */
	uint32_t procs;	    /* direct member processes; UINT32_MAX = not read */
	uint32_t path;	    /* offset into NSB_SEC_STRINGS; "/" is the root */
	uint32_t path_len;
	uint32_t flags; /* reserved, 0 */
	uint32_t reserved;
};

struct nsb_gone_cgroup { /* 16 bytes */
	uint64_t ino;
	uint32_t hierarchy;
	uint32_t reserved;
};

struct nsb_membership { /* 16 bytes: the text of a /proc/PID/cgroup, shared by many processes */
	uint32_t id;
	uint32_t text; /* offset into NSB_SEC_STRINGS */
	uint32_t text_len;
	uint32_t reserved;
};

/* ---- the reader ---- */

struct nsb;

NSB_EXPORT int nsb_abi(void);

/*
 * proc is the procfs to read, "/proc" but in tests. -EBUSY from any call below: another thread is
 * inside the same reader.
 */
NSB_EXPORT int nsb_open(const char *proc, struct nsb **out);
NSB_EXPORT void nsb_close(struct nsb *reader);

/* Adds a cgroup hierarchy (version 1 or 2) by mount point, before the first frame; its index. */
NSB_EXPORT int nsb_add_hierarchy(struct nsb *reader, const char *path, int version);

/*
 * Each makes one frame, keeps it in the reader and returns its bytes:
 * nsb_full   everything, read with so many threads (1..8);
 * nsb_tick   what changed since the last frame, at a cost that grows with what ran, not with what
 *            exists ("smart tick": getdents, cpu.stat and schedstat as dirty bits). 0 = nothing
 *            changed, revision unchanged. every != 0: trust no dirty bit, re-read every process;
 * nsb_touch  the same for the named processes and their namespaces only (after an event).
 *
 * In a delta the gone_* sections come before new records: a pid or an inode may be in both.
 * -ENODATA: there was no full frame yet, or the last call failed; a full frame is needed.
 */
NSB_EXPORT int64_t nsb_full(struct nsb *reader, unsigned int threads);
NSB_EXPORT int64_t nsb_tick(struct nsb *reader, int every);
NSB_EXPORT int64_t nsb_touch(struct nsb *reader, const uint32_t *pids, uint64_t count);

/* Copies the frame last made. -ENOBUFS: cap is smaller than its bytes. */
NSB_EXPORT int64_t nsb_copy(struct nsb *reader, uint8_t *dst, uint64_t cap);

/* ---- events: they shorten latency, and may be lost ---- */

enum nsb_event_type {
	NSB_EV_FORK = 1, /* pid = child, arg = parent */
	NSB_EV_EXEC,
	NSB_EV_EXIT,
	NSB_EV_ID,     /* uid, gid, sid or comm changed */
	NSB_EV_CGROUP, /* a cgroup directory came or went */
};

struct nsb_event {     /* 24 bytes */
	uint64_t time; /* CLOCK_MONOTONIC, ns, when received */
	uint32_t type;
	uint32_t pid;
	uint32_t arg;
	uint32_t reserved;
};

enum {
	NSB_WANT_PROC = 1 << 0,	  /* proc connector, netlink(7) NETLINK_CONNECTOR */
	NSB_WANT_CGROUP = 1 << 1, /* inotify(7) on the watched trees */
};

struct nsb_events;

/* Returns the mask of sources that could be opened (may be 0). */
NSB_EXPORT int nsb_events_open(uint32_t want, struct nsb_events **out);
/* Watches a cgroup tree, directories to come included. Returns how many directories that are. */
NSB_EXPORT int nsb_events_watch(struct nsb_events *events, const char *path);
/*
 * Blocks for at most timeout_ms (-1 = for ever), then waits settle_ms for more of the same burst.
 * Returns the number of events; -EOVERFLOW: events were lost, do a full tick; -ECANCELED: stopped.
 */
NSB_EXPORT int64_t nsb_events_wait(struct nsb_events *events, int timeout_ms,
				   unsigned int settle_ms, struct nsb_event *out, uint64_t cap);
/* Wakes nsb_events_wait for good. Thread-safe. Close only after it returned. */
NSB_EXPORT void nsb_events_stop(struct nsb_events *events);
NSB_EXPORT void nsb_events_close(struct nsb_events *events);

/* ---- single facts ---- */

/* The namespace behind a path ("/proc/42/ns/mnt", a bind mount). -EBADF: not on nsfs. */
NSB_EXPORT int nsb_identify(const char *path, struct nsb_ns *out);
/*
 * Opens path inside the root directory of a process: openat2(2) RESOLVE_IN_ROOT, Linux 5.6, so no
 * symbolic link leads out. start (0 = do not check) is compared after opening: -ESRCH if the pid
 * is another process by now. Returns a descriptor (O_CLOEXEC added to flags).
 */
NSB_EXPORT int nsb_open_in_root(uint32_t pid, uint64_t start, const char *path, int flags);

#endif
