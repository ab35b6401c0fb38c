// SPDX-License-Identifier: MIT
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "events.h"

#define RECEIVE_BYTES (8 << 20)
#define BATCH 64
#define DATAGRAM_BYTES 512
#define ACK_MS 1000

static int subscribe(int fd)
{
	const enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
	const struct cn_msg message = {.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC},
				       .len = sizeof(op)};
	const struct nlmsghdr header = {.nlmsg_len = sizeof(header) + sizeof(message) + sizeof(op),
					.nlmsg_type = NLMSG_DONE};
	char request[sizeof(header) + sizeof(message) + sizeof(op)];

	memcpy(request, &header, sizeof(header));
	memcpy(request + sizeof(header), &message, sizeof(message));
	memcpy(request + sizeof(header) + sizeof(message), &op, sizeof(op));
	return send(fd, request, sizeof(request), 0) < 0 ? -errno : 0;
}

int nsb_proc_connect(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
	NSB_AUTO_FD int fd =
		socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	struct pollfd answer = {.fd = fd, .events = POLLIN};
	int bytes = RECEIVE_BYTES;
	int err;

	if (fd < 0)
		return -errno;
	/* A storm of forks must fit; FORCE needs CAP_NET_ADMIN, the other is cut by rmem_max. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	err = subscribe(fd);
	if (err)
		return err;
	/*
	 * The kernel acknowledges, but says nothing at all to one who is not in the initial user
	 * and pid namespaces (cn_proc_mcast_ctl() in drivers/connector/cn_proc.c).
	 */
	if (poll(&answer, 1, ACK_MS) <= 0)
		return -EOPNOTSUPP;
	return nsb_take_fd(&fd);
}

static void push_event(struct nsb_events *events, const struct proc_event *e)
{
	/* Compared as numbers: the type is an enum in some kernel headers only. */
	switch ((uint32_t)e->what) {
	case PROC_EVENT_FORK:
		/* Else it is a new thread. */
		if (e->event_data.fork.child_pid == e->event_data.fork.child_tgid)
			nsb_events_push(events, NSB_EV_FORK,
					(uint32_t)e->event_data.fork.child_tgid,
					(uint32_t)e->event_data.fork.parent_tgid);
		break;
	case PROC_EVENT_EXEC:
		nsb_events_push(events, NSB_EV_EXEC, (uint32_t)e->event_data.exec.process_tgid, 0);
		break;
	case PROC_EVENT_EXIT:
		if (e->event_data.exit.process_pid == e->event_data.exit.process_tgid)
			nsb_events_push(events, NSB_EV_EXIT,
					(uint32_t)e->event_data.exit.process_tgid, 0);
		break;
	case PROC_EVENT_UID:
	case PROC_EVENT_GID:
	case PROC_EVENT_SID:
	case PROC_EVENT_COMM:
		/* The three begin alike: process_pid, process_tgid. What a thread did is its own.
		 */
		if (e->event_data.id.process_pid == e->event_data.id.process_tgid)
			nsb_events_push(events, NSB_EV_ID, (uint32_t)e->event_data.id.process_tgid,
					0);
		break;
	default: break;
	}
}

void nsb_proc_parse(struct nsb_events *events, const char *data, size_t len)
{
	while (len >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr header;
		struct cn_msg message;
		struct proc_event event = {0};
		size_t step, payload;

		memcpy(&header, data, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > len)
			return;
		if (header.nlmsg_type == NLMSG_OVERRUN)
			events->lost = true;
		payload = header.nlmsg_len - sizeof(header);
		if (header.nlmsg_type == NLMSG_DONE && payload > sizeof(message)) {
			memcpy(&message, data + sizeof(header), sizeof(message));
			payload -= sizeof(message);
			/* The event grew with kernels; what is not there stays 0. */
			if (payload > sizeof(event))
				payload = sizeof(event);
			memcpy(&event, data + sizeof(header) + sizeof(message), payload);
			if (message.id.idx == CN_IDX_PROC && message.id.val == CN_VAL_PROC &&
			    payload >= offsetof(struct proc_event, event_data) + 8)
				push_event(events, &event);
		}
		step = NLMSG_ALIGN(header.nlmsg_len);
		if (step >= len)
			return;
		data += step;
		len -= step;
	}
}

void nsb_proc_drain(struct nsb_events *events)
{
	_Alignas(8) char data[BATCH][DATAGRAM_BYTES];
	struct sockaddr_nl from[BATCH];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];
	int got;

	do {
		memset(messages, 0, sizeof(messages));
		for (int i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){data[i], DATAGRAM_BYTES};
			messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
							      .msg_namelen = sizeof(from[i]),
							      .msg_iov = &parts[i],
							      .msg_iovlen = 1};
		}
		got = recvmmsg(events->proc, messages, BATCH, MSG_DONTWAIT, NULL);
		if (got < 0 && errno == ENOBUFS) {
			events->lost = true;
			got = BATCH;
			continue;
		}
		for (int i = 0; i < got; i++)
			/* Port 0 is the kernel; any process may send to our port. */
			if (messages[i].msg_hdr.msg_namelen == sizeof(from[i]) &&
			    from[i].nl_pid == 0)
				nsb_proc_parse(events, data[i], messages[i].msg_len);
	} while (got == BATCH);
}
