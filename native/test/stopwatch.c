// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * stopwatch COMMAND [ARG]...: runs a command with its output thrown away and prints "CPU WALL",
 * both in microseconds; CPU is user + system of the command and of all it waited for, getrusage(2).
 * Ends with the exit code of the command.
 */

static long long wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long cpu(const struct timeval *time)
{
	return time->tv_sec * 1000000LL + time->tv_usec;
}

static void run(char **argv)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	execvp(argv[0], argv);
	fprintf(stderr, "stopwatch: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage used;
	long long since = wall();
	pid_t pid = argc > 1 ? fork() : -1;
	int status;

	if (pid == 0)
		run(argv + 1);
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid)
		return 64;
	printf("%lld %lld\n", cpu(&used.ru_utime) + cpu(&used.ru_stime), wall() - since);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
