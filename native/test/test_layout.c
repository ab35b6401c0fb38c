// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "nsbridge.h"
#include "tap.h"

/* The reader on the other side of the FFI has these numbers, too. */
static void at(size_t got, size_t wanted, const char *what)
{
	is_i64((long long)got, (long long)wanted, what);
}
#define SIZE(type, bytes) at(sizeof(struct type), bytes, "size of " #type)
#define FIELD(type, field, bytes) at(offsetof(struct type, field), bytes, #type "." #field)

int main(void)
{
	SIZE(nsb_frame, 120);
	SIZE(nsb_proc, 192);
	SIZE(nsb_gone_proc, 16);
	SIZE(nsb_ns, 56);
	SIZE(nsb_gone_ns, 16);
	SIZE(nsb_cgroup, 40);
	SIZE(nsb_gone_cgroup, 16);
	SIZE(nsb_membership, 16);
	SIZE(nsb_event, 24);
	FIELD(nsb_frame, bytes, 8);
	FIELD(nsb_frame, revision, 16);
	FIELD(nsb_frame, base, 24);
	FIELD(nsb_frame, boottime, 32);
	FIELD(nsb_frame, sections, 48);
	FIELD(nsb_proc, ns, 8);
	FIELD(nsb_proc, cap, 72);
	FIELD(nsb_proc, pid, 112);
	FIELD(nsb_proc, uid, 120);
	FIELD(nsb_proc, gid, 136);
	FIELD(nsb_proc, threads, 152);
	FIELD(nsb_proc, membership, 156);
	FIELD(nsb_proc, nspid, 160);
	FIELD(nsb_proc, flags, 164);
	FIELD(nsb_proc, comm, 168);
	FIELD(nsb_proc, nspid_count, 184);
	FIELD(nsb_proc, state, 185);
	FIELD(nsb_proc, seccomp, 186);
	FIELD(nsb_proc, no_new_privs, 187);
	FIELD(nsb_proc, seccomp_filters, 188);
	FIELD(nsb_ns, dev, 8);
	FIELD(nsb_ns, id, 16);
	FIELD(nsb_ns, owner, 24);
	FIELD(nsb_ns, parent, 32);
	FIELD(nsb_ns, owner_uid, 40);
	FIELD(nsb_ns, type, 44);
	FIELD(nsb_ns, flags, 48);
	FIELD(nsb_cgroup, parent, 8);
	FIELD(nsb_cgroup, hierarchy, 16);
	FIELD(nsb_cgroup, procs, 20);
	FIELD(nsb_cgroup, path, 24);
	FIELD(nsb_cgroup, path_len, 28);
	FIELD(nsb_membership, text, 4);
	FIELD(nsb_membership, text_len, 8);
	FIELD(nsb_event, type, 8);
	FIELD(nsb_event, pid, 12);
	FIELD(nsb_event, arg, 16);
	is_i64(NSB_SECTIONS, 9, "number of sections");
	is_i64(NSB_NS_TYPES, 8, "number of namespace types");
	is_i64(nsb_abi(), NSB_ABI, "ABI of the library and of its header");
	return done();
}
