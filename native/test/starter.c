// SPDX-License-Identifier: MIT
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * For each byte of standard input: ends the child there was, forks another that sleeps, and prints
 * "PID NS", NS being CLOCK_MONOTONIC just before the fork. Its end is the end of its child.
 */

static void end(pid_t child)
{
	if (child <= 0)
		return;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(void)
{
	pid_t child = 0;
	char byte;

	while (read(STDIN_FILENO, &byte, 1) == 1) {
		struct timespec now;

		end(child);
		clock_gettime(CLOCK_MONOTONIC, &now);
		child = fork();
		if (child < 0)
			return 1;
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		printf("%d %lld\n", child, now.tv_sec * 1000000000LL + now.tv_nsec);
		fflush(stdout);
	}
	end(child);
	return 0;
}
