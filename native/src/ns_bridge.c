// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "buf.h"
#include "cleanup.h"
#include "nsbridge.h"
#include "parse.h"

/* The program; what it does for a caller that cannot load the library. */

static const char usage_text[] =
	"usage: ns-bridge --version\n"
	"       ns-bridge frame [VERSION:PATH...]\n"
	"\n"
	"frame writes one full frame (native/include/nsbridge.h) to standard output. The cgroup\n"
	"hierarchies are those of /proc/self/mountinfo, or the mount points given, for instance\n"
	"2:/sys/fs/cgroup.\n";

static int fail(const char *what, int64_t err)
{
	fprintf(stderr, "ns-bridge: %s: %s\n", what, strerror((int)-err));
	return EX_OSERR;
}

static int usage(void)
{
	fputs(usage_text, stderr);
	return EX_USAGE;
}

/* A hierarchy mounted twice is one hierarchy: the device says so. */
struct seen {
	uint32_t major, minor;
	int version;
	bool whole;
	char *path;
};

static int note_mount(struct seen *seen, size_t *count, size_t cap, struct nsb_cgroup_mount *mount)
{
	size_t i = 0;

	while (i < *count && (seen[i].major != mount->major || seen[i].minor != mount->minor))
		i++;
	if (i == cap || (i < *count && (seen[i].whole || !mount->whole))) {
		free(mount->path);
		return 0;
	}
	if (i < *count)
		free(seen[i].path);
	else
		++*count;
	seen[i] = (struct seen){mount->major, mount->minor, mount->version, mount->whole,
				mount->path};
	return 0;
}

static int find_hierarchies(struct seen *seen, size_t *count, size_t cap)
{
	NSB_AUTO_FD int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct nsb_buf text = {0};
	const char *at, *end;
	int err;

	if (fd < 0)
		return -errno;
	err = nsb_read_all(fd, &text);
	at = text.data;
	end = at + text.len;
	while (!err && at != end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		struct nsb_cgroup_mount mount;
		int found = nsb_parse_cgroup_mount(at, (size_t)(stop - at), &mount);

		if (found == -ENOMEM)
			err = found;
		if (found == 1)
			err = note_mount(seen, count, cap, &mount);
		at = newline ? newline + 1 : end;
	}
	nsb_buf_free(&text);
	return err;
}

static int add_found(struct nsb *reader)
{
	struct seen seen[64];
	size_t count = 0;
	int err = find_hierarchies(seen, &count, sizeof(seen) / sizeof(seen[0]));

	for (size_t i = 0; i < count; i++) {
		/* One that is covered by another mount or not for us is left out. */
		if (!err)
			nsb_add_hierarchy(reader, seen[i].path, seen[i].version);
		free(seen[i].path);
	}
	return err;
}

static int add_given(struct nsb *reader, char **args)
{
	for (; *args; args++) {
		int added = nsb_add_hierarchy(reader, *args + 2, **args - '0');

		if (added < 0)
			return fail(*args, added);
	}
	return 0;
}

static bool are_hierarchies(char **args)
{
	for (; *args; args++)
		if ((**args != '1' && **args != '2') || (*args)[1] != ':' || (*args)[2] != '/')
			return false;
	return true;
}

static int write_frame(struct nsb *reader)
{
	NSB_AUTO_FREE uint8_t *frame = NULL;
	int64_t bytes = nsb_full(reader, 1);

	if (bytes < 0)
		return fail("frame", bytes);
	frame = malloc((size_t)bytes);
	if (!frame)
		return fail("frame", -ENOMEM);
	bytes = nsb_copy(reader, frame, (uint64_t)bytes);
	if (bytes < 0)
		return fail("frame", bytes);
	if (fwrite(frame, 1, (size_t)bytes, stdout) != (size_t)bytes || fflush(stdout) != 0)
		return fail("standard output", -errno);
	return EX_OK;
}

static int frame(char **args)
{
	struct nsb *reader;
	int err = nsb_open("/proc", &reader);
	int status;

	if (err)
		return fail("/proc", err);
	if (*args) {
		status = add_given(reader, args);
	} else {
		err = add_found(reader);
		status = err ? fail("/proc/self/mountinfo", err) : EX_OK;
	}
	if (status == EX_OK)
		status = write_frame(reader);
	nsb_close(reader);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("ns-bridge %s (ABI %d)\n", NSB_VERSION, nsb_abi());
		return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
	}
	if (argc >= 2 && strcmp(argv[1], "frame") == 0 && are_hierarchies(argv + 2))
		return frame(argv + 2);
	return usage();
}
