// SPDX-License-Identifier: MIT
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Where libFuzzer is not: each seed, and each seed cut short and with one byte changed. */

static void run(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void vary(uint8_t *data, size_t len)
{
	run(data, len);
	for (size_t i = 0; i < len; i++) {
		uint8_t before = data[i];

		run(data, i);
		data[i] = (uint8_t)rand();
		run(data, len);
		data[i] = before;
	}
}

int main(int argc, char **argv)
{
	static uint8_t data[65536];

	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		vary(data, fread(data, 1, sizeof(data), file));
		fclose(file);
	}
	return 0;
}
