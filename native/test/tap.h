/* SPDX-License-Identifier: MIT */
#ifndef NSB_TAP_H
#define NSB_TAP_H
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The least of the Test Anything Protocol: a line for each check, the plan at the end. */

static int tap_done, tap_failed;

__attribute__((format(printf, 2, 3))) static inline bool ok(bool good, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	printf("%s %d - ", good ? "ok" : "not ok", ++tap_done);
	vprintf(what, args);
	printf("\n");
	fflush(stdout);
	va_end(args);
	tap_failed += !good;
	return good;
}

static inline bool is_i64(long long got, long long wanted, const char *what)
{
	if (got != wanted)
		printf("# got %lld, wanted %lld\n", got, wanted);
	return ok(got == wanted, "%s", what);
}

/* What should run in CI and does not is a failure: there, root has every right that is needed. */
static inline void skip(const char *what, const char *why)
{
	const char *ci = getenv("CI");
	bool bad = ci && strcmp(ci, "true") == 0 && geteuid() == 0;

	printf("%s %d - %s # SKIP %s\n", bad ? "not ok" : "ok", ++tap_done, what, why);
	tap_failed += bad;
}

/* For what no right can give: the kernel is too old, or built without it. */
static inline void skip_kernel(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_done, what, why);
}

static inline int done(void)
{
	printf("1..%d\n", tap_done);
	return tap_failed ? 1 : 0;
}

/* A step without which the test makes no sense. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			printf("Bail out! %s:%d: %s: %m\n", __FILE__, __LINE__, #condition);       \
			fflush(stdout);                                                            \
			exit(2);                                                                   \
		}                                                                                  \
	} while (0)

#endif
