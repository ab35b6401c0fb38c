/* SPDX-License-Identifier: MIT */
#ifndef NSB_HASH_H
#define NSB_HASH_H
#include <stddef.h>
#include <stdint.h>

/* FNV-1a. */
static inline uint32_t nsb_hash(const char *data, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)data[i]) * 16777619u;
	return hash;
}

#endif
