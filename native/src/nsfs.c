// SPDX-License-Identifier: MIT
#include "nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "cleanup.h"

/* Younger than many kernel headers; numbers of include/uapi/linux/nsfs.h. */
#ifndef NS_GET_MNTNS_ID
#define NS_GET_MNTNS_ID _IOR(NSIO, 0x5, uint64_t) /* Linux 6.11 */
#endif
#ifndef NS_GET_ID
#define NS_GET_ID _IOR(NSIO, 13, uint64_t) /* Linux 6.18 */
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

int nsb_nsfs_type(int fd)
{
	int flag = ioctl(fd, NS_GET_NSTYPE);

	if (flag < 0)
		return -errno;
	switch (flag) {
	case CLONE_NEWCGROUP: return NSB_NS_CGROUP;
	case CLONE_NEWIPC: return NSB_NS_IPC;
	case CLONE_NEWNS: return NSB_NS_MNT;
	case CLONE_NEWNET: return NSB_NS_NET;
	case CLONE_NEWPID: return NSB_NS_PID;
	case CLONE_NEWTIME: return NSB_NS_TIME;
	case CLONE_NEWUSER: return NSB_NS_USER;
	case CLONE_NEWUTS: return NSB_NS_UTS;
	default: return -EPROTO;
	}
}

uint64_t nsb_nsfs_id(struct nsb_nsfs *nsfs, int fd, uint32_t type)
{
	uint64_t id = 0;

	if (!nsfs->no_id) {
		if (ioctl(fd, NS_GET_ID, &id) == 0)
			return id;
		nsfs->no_id = true;
	}
	if (type == NSB_NS_MNT && !nsfs->no_mntns_id) {
		if (ioctl(fd, NS_GET_MNTNS_ID, &id) == 0)
			return id;
		nsfs->no_mntns_id = true;
	}
	return 0;
}

/* A descriptor of a related namespace and its inode, or -1 and the flag if that is forbidden. */
static int related(int fd, unsigned long request, uint64_t *ino, uint32_t *flags, uint32_t denied)
{
	NSB_AUTO_FD int other = ioctl(fd, request);
	struct stat st;

	if (other < 0) {
		if (errno == EPERM || errno == EACCES)
			*flags |= denied;
		return -1;
	}
	if (fstat(other, &st) < 0)
		return -1;
	*ino = st.st_ino;
	return nsb_take_fd(&other);
}

int nsb_nsfs_describe(struct nsb_nsfs *nsfs, int fd, uint32_t type, struct nsb_ns *out, int *owner,
		      int *parent)
{
	struct stat st;
	uid_t uid;

	*owner = *parent = -1;
	memset(out, 0, sizeof(*out));
	if (fstat(fd, &st) < 0)
		return -errno;
	out->ino = st.st_ino;
	out->dev = st.st_dev;
	out->type = type;
	out->owner_uid = UINT32_MAX;
	out->id = nsb_nsfs_id(nsfs, fd, type);

	*owner = related(fd, NS_GET_USERNS, &out->owner, &out->flags, NSB_N_OWNER_DENIED);
	if (type == NSB_NS_USER) {
		/* Its parent is its owner; one ioctl tells both. */
		out->parent = out->owner;
		if (out->flags & NSB_N_OWNER_DENIED)
			out->flags |= NSB_N_PARENT_DENIED;
		if (ioctl(fd, NS_GET_OWNER_UID, &uid) == 0)
			out->owner_uid = uid;
	} else if (type == NSB_NS_PID) {
		*parent =
			related(fd, NS_GET_PARENT, &out->parent, &out->flags, NSB_N_PARENT_DENIED);
	}
	/* EPERM is also the answer where there is nothing above. */
	if (type == NSB_NS_USER && out->ino == NSB_INITIAL_USER_INO)
		out->flags &= ~(uint32_t)(NSB_N_OWNER_DENIED | NSB_N_PARENT_DENIED);
	if (type == NSB_NS_PID && out->ino == NSB_INITIAL_PID_INO)
		out->flags &= ~(uint32_t)NSB_N_PARENT_DENIED;
	return 0;
}
