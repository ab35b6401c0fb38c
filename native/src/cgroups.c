// SPDX-License-Identifier: MIT
#include "cgroups.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "beneath.h"
#include "cleanup.h"

int nsb_hierarchy_open(const char *path, int version, struct nsb_hierarchy *out)
{
	NSB_AUTO_FD int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (root < 0 || fstatfs(root, &fs) < 0 || fstat(root, &st) < 0)
		return -errno;
	out->version = version;
	out->dev = st.st_dev;
	out->counted = fs.f_type == CGROUP2_SUPER_MAGIC || fs.f_type == CGROUP_SUPER_MAGIC;
	/* The root of a v2 hierarchy has cpu.stat only since Linux 5.8, its children always. */
	out->clock = version == 2 || faccessat(root, "cpuacct.usage", R_OK, 0) == 0;
	out->root = nsb_take_fd(&root);
	return 0;
}

void nsb_cgroups_init(struct nsb_cgroups *all)
{
	struct rlimit limit;

	memset(all, 0, sizeof(*all));
	/* The process belongs to somebody else: most descriptors are to stay theirs. */
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		all->kept_max = limit.rlim_cur < 65536 ? (uint32_t)limit.rlim_cur / 4 : 16384;
}

static void free_node(struct nsb_cgroups *all, struct nsb_cgroup_node *node)
{
	free(node->path);
	if (node->cpu >= 0) {
		close(node->cpu);
		all->kept--;
	}
}

void nsb_cgroups_free(struct nsb_cgroups *all)
{
	for (uint32_t i = 0; i < all->count; i++)
		free_node(all, &all->nodes[i]);
	free(all->nodes);
	free(all->gone);
	nsb_buf_free(&all->buf);
}

static const char *below_root(const struct nsb_cgroup_node *node)
{
	return node->parent == NSB_NONE ? "." : node->path + 1;
}

int nsb_cgroup_open(const struct nsb_hierarchy *h, const struct nsb_cgroup_node *node,
		    const char *file, int flags)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", below_root(node), file);

	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	return nsb_open_beneath(h->root, path, flags);
}

/* Takes over path. 0, or -ENOMEM (path is freed). */
static int add_node(struct nsb_cgroups *all, uint32_t hierarchy, uint32_t parent, char *path,
		    const struct stat *st)
{
	struct nsb_cgroup_node *n;
	int err = nsb_grow(&all->nodes, &all->cap, all->count, sizeof(*n));

	if (err) {
		free(path);
		return err;
	}
	n = &all->nodes[all->count++];
	memset(n, 0, sizeof(*n));
	n->rec.ino = st->st_ino;
	n->rec.hierarchy = hierarchy;
	n->rec.procs = UINT32_MAX;
	n->rec.path_len = (uint32_t)strlen(path);
	n->path = path;
	n->parent = parent;
	n->nlink = st->st_nlink;
	n->cpu = -1;
	n->fresh = true;
	if (parent != NSB_NONE) {
		n->rec.parent = all->nodes[parent].rec.ino;
		all->nodes[parent].children++;
	}
	return 0;
}

static int add_roots(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
		     uint32_t count)
{
	for (uint32_t h = 0; h < count; h++) {
		struct stat st;
		char *path;
		int err;

		if (fstat(hierarchies[h].root, &st) < 0)
			continue;
		path = strdup("/");
		err = path ? add_node(all, h, NSB_NONE, path, &st) : -ENOMEM;
		if (err)
			return err;
	}
	return 0;
}

/* A name in the directory of a node. The node array may move. */
static int add_child(struct nsb_cgroups *all, const struct nsb_hierarchy *h, uint32_t parent,
		     const char *name)
{
	const struct nsb_cgroup_node *p = &all->nodes[parent];
	struct stat st;
	char *path;

	if (asprintf(&path, "%s/%s", p->parent == NSB_NONE ? "" : p->path, name) < 0)
		return -ENOMEM;
	/* Gone again, or deeper than a path can say: neither can be read. */
	if (strlen(path) >= PATH_MAX || fstatat(h->root, path + 1, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode)) {
		free(path);
		return 0;
	}
	return add_node(all, p->rec.hierarchy, parent, path, &st);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the known children of a node, sorted. NULL and -ENOMEM, or a list to be freed. */
static const char **known_children(const struct nsb_cgroups *all, uint32_t parent)
{
	const char **names = calloc((size_t)all->nodes[parent].children + 1, sizeof(*names));
	size_t count = 0;

	if (!names)
		return NULL;
	for (uint32_t i = parent + 1; i < all->count && count < all->nodes[parent].children; i++)
		if (all->nodes[i].parent == parent)
			names[count++] = strrchr(all->nodes[i].path, '/') + 1;
	qsort(names, count, sizeof(*names), by_name);
	return names;
}

static int list_directory(struct nsb_cgroups *all, const struct nsb_hierarchy *h, uint32_t index)
{
	NSB_AUTO_FD int dir = nsb_cgroup_open(h, &all->nodes[index], "", O_RDONLY | O_DIRECTORY);
	NSB_AUTO_FREE const char **known = NULL;
	size_t nknown = all->nodes[index].children;
	long got;

	if (dir < 0)
		return dir == -ENOMEM ? dir : 0;
	if (nknown) {
		known = known_children(all, index);
		if (!known)
			return -ENOMEM;
	}
	while ((got = nsb_getdents(dir, &all->buf)) > 0) {
		for (long at = 0; at < got;) {
			const struct nsb_dirent *d = (const void *)(all->buf.data + at);
			const char *name = d->name;
			int err;

			at += d->reclen;
			if ((d->type != DT_DIR && d->type != DT_UNKNOWN) ||
			    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
				continue;
			if (known && bsearch(&name, known, nknown, sizeof(*known), by_name))
				continue;
			err = add_child(all, h, index, name);
			if (err)
				return err;
		}
	}
	return got == -ENOMEM ? -ENOMEM : 0;
}

static void look(struct nsb_cgroup_node *n, const struct nsb_hierarchy *h)
{
	struct stat st;

	n->fresh = false;
	if (fstatat(h->root, below_root(n), &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) ||
	    st.st_ino != n->rec.ino) {
		/* A root that was unmounted stays, empty: its index is a contract. */
		n->gone = n->parent != NSB_NONE;
		return;
	}
	n->nlink = st.st_nlink;
}

static int report_gone(struct nsb_cgroups *all, const struct nsb_cgroup_node *n)
{
	int err;

	if (!n->is_sent)
		return 0;
	err = nsb_grow(&all->gone, &all->gone_cap, all->ngone, sizeof(*all->gone));
	if (!err)
		all->gone[all->ngone++] = (struct nsb_gone_cgroup){n->rec.ino, n->rec.hierarchy, 0};
	return err;
}

/* Closes the gaps and leaves the order as it is. */
static int remove_gone(struct nsb_cgroups *all, struct nsb_table *table)
{
	NSB_AUTO_FREE uint32_t *moved = calloc((size_t)all->count + 1, sizeof(*moved));
	uint32_t kept = 0;
	int err;

	if (!moved)
		return -ENOMEM;
	for (uint32_t i = 0; i < all->count; i++) {
		struct nsb_cgroup_node *n = &all->nodes[i];

		/* Its parent came before it and is already in its new place. */
		if (n->parent != NSB_NONE && moved[n->parent] == NSB_NONE)
			n->gone = true;
		if (n->gone) {
			if (n->parent != NSB_NONE && moved[n->parent] != NSB_NONE)
				all->nodes[moved[n->parent]].children--;
			moved[i] = NSB_NONE;
			err = report_gone(all, n);
			if (err)
				return err;
			free_node(all, n);
			n->path = NULL;
			n->cpu = -1;
			continue;
		}
		if (n->parent != NSB_NONE)
			n->parent = moved[n->parent];
		moved[i] = kept;
		if (kept != i) {
			all->nodes[kept] = *n;
			n->path = NULL;
			n->cpu = -1;
		}
		kept++;
	}
	all->count = kept;

	for (uint32_t i = 0; i < table->count; i++)
		for (int h = 0; h < NSB_HIERARCHIES; h++) {
			uint32_t *at = &table->entries[i].cgroup[h];

			if (*at == NSB_NONE)
				continue;
			*at = moved[*at];
			/* Only zombies are left in a removed cgroup; their text says "(deleted)"
			 * now. */
			if (*at == NSB_NONE)
				table->entries[i].stale = true;
		}
	return 0;
}

int nsb_cgroups_scan(struct nsb_cgroups *all, const struct nsb_hierarchy *hierarchies,
		     uint32_t nhierarchies, struct nsb_table *table)
{
	bool any_gone = false;
	int err = 0;

	if (all->count == 0)
		err = add_roots(all, hierarchies, nhierarchies);
	else
		for (uint32_t i = 0; i < all->count; i++) {
			look(&all->nodes[i], &hierarchies[all->nodes[i].rec.hierarchy]);
			any_gone |= all->nodes[i].gone;
		}
	if (!err && any_gone)
		err = remove_gone(all, table);

	/* Directories found on the way are appended, and listed in their turn. */
	for (uint32_t i = 0; i < all->count && !err; i++) {
		struct nsb_cgroup_node *n = &all->nodes[i];
		const struct nsb_hierarchy *h = &hierarchies[n->rec.hierarchy];

		if (h->counted ? n->nlink != n->children + 2ull : true)
			err = list_directory(all, h, i);
	}
	return err;
}
