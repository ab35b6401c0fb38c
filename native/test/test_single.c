// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "nsbridge.h"
#include "tap.h"

static char base[] = "/tmp/nsb-single-XXXXXX";

static void at_end(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", base);
	MUST(system(command) == 0);
}

static void test_identify(void)
{
	static const char *const names[NSB_NS_TYPES] = {"cgroup", "ipc",  "mnt",  "net",
							"pid",	  "time", "user", "uts"};
	struct nsb_ns ns;
	char path[128];

	for (uint32_t type = 0; type < NSB_NS_TYPES; type++) {
		struct stat st;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[type]);
		if (stat(path, &st) < 0) {
			skip_kernel(names[type], "no such type in this kernel");
			continue;
		}
		ok(nsb_identify(path, &ns) == 0 && ns.ino == st.st_ino && ns.dev == st.st_dev &&
			   ns.type == type && ns.reserved == 0,
		   "identify: %s", names[type]);
	}
	MUST(nsb_identify("/proc/self/ns/uts", &ns) == 0);
	ok(ns.owner != 0 && ns.owner_uid == UINT32_MAX, "identify: a UTS namespace has an owner");
	ok(nsb_identify("/proc/self/status", &ns) == -EBADF && nsb_identify("/", &ns) == -EBADF,
	   "identify: what is not on nsfs");
	ok(nsb_identify("/nowhere", &ns) == -ENOENT && nsb_identify(NULL, &ns) == -EINVAL,
	   "identify: nothing there");
	snprintf(path, sizeof(path), "%s/fifo", base);
	MUST(mkfifo(path, 0600) == 0);
	is_i64(nsb_identify(path, &ns), -EBADF, "identify: a FIFO does not block");
}

static uint64_t start_of(pid_t pid)
{
	unsigned long long start = 0;
	char path[64], text[1024], *at;
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	MUST(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	at = strrchr(text, ')');
	MUST(at && sscanf(at + 2,
			  "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
			  "%*d %*d %*d %llu",
			  &start) == 1);
	return start;
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", base, name);
	file = fopen(path, "w");
	MUST(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static bool reads(int fd, const char *wanted)
{
	char text[32] = "";
	ssize_t got = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	return got > 0 && strcmp(text, wanted) == 0;
}

/* A process whose root directory is base. */
static pid_t jail(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	MUST(pipe(ready) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (chroot(base) < 0 || chdir("/") < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	MUST(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return pid;
}

static void test_jail(void)
{
	uint32_t pid = (uint32_t)jail();
	uint64_t start = start_of((pid_t)pid);
	char link[128];
	int fd;

	write_file("inside", "inside\n");
	snprintf(link, sizeof(link), "%s/out", base);
	MUST(symlink("/../../../inside", link) == 0);
	snprintf(link, sizeof(link), "%s/jailed", base);
	MUST(symlink("/proc/self/root/etc/passwd", link) == 0);

	fd = nsb_open_in_root(pid, start, "/inside", O_RDONLY);
	ok(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC, "open in root: closed on exec");
	ok(reads(fd, "inside\n"), "open in root: a file of the container");
	ok(reads(nsb_open_in_root(pid, start, "../../out", O_RDONLY), "inside\n"),
	   "open in root: neither .. nor a link leads out");
	is_i64(nsb_open_in_root(pid, start, "/etc/passwd", O_RDONLY), -ENOENT,
	       "open in root: not the host's file");
	is_i64(nsb_open_in_root(pid, start, "/jailed", O_RDONLY), -ENOENT,
	       "open in root: a link to /proc stays inside");
	is_i64(nsb_open_in_root(pid, start + 1, "/inside", O_RDONLY), -ESRCH,
	       "open in root: another process by its start");
	kill((pid_t)pid, SIGKILL);
	waitpid((pid_t)pid, NULL, 0);
	is_i64(nsb_open_in_root(pid, start, "/inside", O_RDONLY), -ESRCH,
	       "open in root: no such process");
}

static void test_open(void)
{
	uint32_t self = (uint32_t)getpid();
	char path[64];
	int fd = nsb_open_in_root(self, 0, "/", O_RDONLY | O_DIRECTORY);

	if (fd == -ENOSYS) {
		skip_kernel("open in root", "no openat2 before Linux 5.6");
		return;
	}
	ok(fd >= 0, "open in root: start 0 is not checked");
	close(fd);
	snprintf(path, sizeof(path), "%s/fifo", base);
	fd = nsb_open_in_root(self, 0, path, O_RDONLY);
	ok(fd >= 0, "open in root: a FIFO does not block");
	close(fd);
	fd = nsb_open_in_root(self, 0, path, O_PATH | O_NOFOLLOW);
	ok(fd >= 0, "open in root: O_PATH");
	close(fd);
	ok(nsb_open_in_root(self, 0, "/x", O_RDWR) == -EINVAL &&
		   nsb_open_in_root(self, 0, "/x", O_RDONLY | O_CREAT) == -EINVAL &&
		   nsb_open_in_root(self, 0, "/x", O_RDONLY | O_TRUNC) == -EINVAL &&
		   nsb_open_in_root(0, 0, "/x", O_RDONLY) == -EINVAL &&
		   nsb_open_in_root(self, 0, NULL, O_RDONLY) == -EINVAL,
	   "open in root: nothing that writes");
	is_i64(nsb_open_in_root(self, 0, "/proc/self/exe", O_RDONLY), -ELOOP,
	       "open in root: no magic link");
	if (geteuid() == 0)
		test_jail();
	else
		skip("open in root of a chroot", "needs root");
}

static int run(const char *bin, const char *args, char *out, size_t cap)
{
	char command[256];
	size_t len;
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "%s/ns-bridge %s 2>/dev/null", bin, args);
	pipe = popen(command, "r");
	MUST(pipe);
	len = fread(out, 1, cap - 1, pipe);
	out[len] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_program(const char *bin)
{
	static char out[1 << 22];
	const struct nsb_frame *frame = (const void *)out;
	char line[64];

	snprintf(line, sizeof(line), "ns-bridge %s (ABI %d)\n", NSB_VERSION, NSB_ABI);
	ok(run(bin, "--version", out, sizeof(out)) == 0 && strcmp(out, line) == 0,
	   "ns-bridge --version");
	ok(run(bin, "frame", out, sizeof(out)) == 0 && frame->magic == NSB_FRAME_MAGIC &&
		   frame->base == 0 && frame->revision == 1 &&
		   frame->sections[NSB_SEC_PROCS].count > 1,
	   "ns-bridge frame");
	snprintf(line, sizeof(line), "frame 2:%s", base);
	ok(run(bin, line, out, sizeof(out)) == 0 && frame->sections[NSB_SEC_CGROUPS].count == 1,
	   "ns-bridge frame with a hierarchy");
	is_i64(run(bin, "frame 2:/nowhere", out, sizeof(out)), 71, "ns-bridge: no such hierarchy");
	ok(run(bin, "", out, sizeof(out)) == 64 && run(bin, "x", out, sizeof(out)) == 64 &&
		   run(bin, "frame 3:/", out, sizeof(out)) == 64 &&
		   run(bin, "frame 2:relative", out, sizeof(out)) == 64 &&
		   run(bin, "frame 2", out, sizeof(out)) == 64 &&
		   run(bin, "--version x", out, sizeof(out)) == 64,
	   "ns-bridge: usage errors end with 64");
	is_i64(run(bin, "frame >/dev/full", out, sizeof(out)), 71, "ns-bridge: nowhere to write");
}

int main(void)
{
	const char *bin = getenv("NSB_BIN");

	MUST(mkdtemp(base));
	atexit(at_end);
	test_identify();
	test_open();
	test_program(bin ? bin : "bin/linux-x64");
	return done();
}
