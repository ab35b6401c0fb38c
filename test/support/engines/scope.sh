#!/bin/sh
# Isolation of the engines that tests start. An engine let loose writes into the cgroup root, the
# network and /run of the machine (podman even moves every process of the machine), so each one runs
# in a scope: a cgroup subtree NAME that looks like the root of the hierarchy, a private mount
# namespace whose writes to /etc, /opt, /run and /var/lib stay in the directory of the scope, and an
# own network namespace. Process ids stay those of the host.
#
#   scope.sh hold NAME VIEW RUN     make the scope, say "ready PID", remove it at end of stdin
#   scope.sh enter NAME PID CMD...  run CMD in it; PID 0: in its cgroup, but in the host's namespaces
#   scope.sh remove NAME            end and remove all that bears the name
#
# VIEW  v2: /sys/fs/cgroup is one cgroup2 mount; v1: every v1 hierarchy but memory;
#       plain: a cgroup and nothing else.
# RUN   private: an empty /run; host: the machine's.
set -u

PARENT=/var/tmp

die() {
	echo "scope.sh: $*" >&2
	exit 1
}

check_name() {
	case $1 in
	*[!a-z0-9-]*) die "bad name: $1" ;;
	ci-test-?*) ;;
	*) die "bad name: $1" ;;
	esac
}

# Mount point of cgroup2: /sys/fs/cgroup, or /sys/fs/cgroup/unified on a hybrid machine.
unified() {
	awk '$3 == "cgroup2" && $2 ~ "^/sys/fs/cgroup(/|$)" { print $2; exit }' /proc/self/mounts
}

# Mount points of the v1 hierarchies without memory, which may hold limits of the machine itself.
hierarchies() {
	awk '$3 == "cgroup" && $2 ~ "^/sys/fs/cgroup/" && $4 !~ "(^|,)memory(,|$)" { print $2 }' \
		/proc/self/mounts
}

# Mount options of a v1 hierarchy without those of the mount point and the release agent.
controllers() {
	awk -v at="$1" '$2 == at && $3 == "cgroup" { print $4; exit }' /proc/self/mounts |
		tr ',' '\n' |
		grep -vE '^(rw|ro|nosuid|nodev|noexec|(no|rel)atime|xattr|clone_children|release_agent=.*)$' |
		sed 's/^name=/none,name=/' |
		paste -sd, -
}

directories() {
	echo "$(unified)/$1"
	for h in $(hierarchies); do
		echo "$h/$1"
	done
}

make_cgroups() {
	# Controllers of cgroup2 are only given to cgroups without processes, so these live in a leaf.
	mkdir "$(unified)/$1" "$(unified)/$1/init" || return
	[ "$2" = v1 ] || return 0
	for h in $(hierarchies); do
		mkdir "$h/$1" || return
		if [ -e "$h/$1/cpuset.cpus" ]; then
			cat "$h/cpuset.cpus" >"$h/$1/cpuset.cpus" || return
			cat "$h/cpuset.mems" >"$h/$1/cpuset.mems" || return
		fi
	done
}

# Moves this process; LEAF is empty for the one whose cgroup namespace is to start at NAME itself.
join() {
	echo $$ >"$(unified)/$1$2/cgroup.procs" || die "cannot join $1"
	for h in $(hierarchies); do
		[ ! -d "$h/$1" ] || echo $$ >"$h/$1/cgroup.procs" || die "cannot join $1 of $h"
	done
}

# Writes below DIRECTORY land in the directory of the scope from now on.
cover() {
	[ -d "$2" ] || return 0
	mkdir -p "$PARENT/$1/cover$2/upper" "$PARENT/$1/cover$2/work" || return
	mount -t overlay -o "lowerdir=$2,upperdir=$PARENT/$1/cover$2/upper,workdir=$PARENT/$1/cover$2/work" \
		overlay "$2"
}

mount_v1() {
	wanted=$(for h in $(hierarchies); do echo "${h##*/}=$(controllers "$h")"; done)
	umount -R /sys/fs/cgroup || return
	mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup || return
	for pair in $wanted; do
		mkdir "/sys/fs/cgroup/${pair%%=*}" || return
		mount -t cgroup -o "${pair#*=}" cgroup "/sys/fs/cgroup/${pair%%=*}" || return
	done
}

mount_v2() {
	umount -R /sys/fs/cgroup || return
	mount -t cgroup2 cgroup2 /sys/fs/cgroup || return
	echo $$ >/sys/fs/cgroup/init/cgroup.procs
}

# Runs in the new namespaces and stays, so that others can enter them.
inside() {
	name=$1 view=$2 run=$3 host=$4
	[ "$(readlink /proc/self/ns/mnt)" != "$host" ] || die 'still in the mount namespace of the host'
	cd / || die 'no /'
	for d in /etc /opt /var/lib; do
		cover "$name" "$d" || die "cannot cover $d"
	done
	"mount_$view" || die "cannot mount cgroup $view"
	if [ "$run" = private ]; then
		mount -t tmpfs -o mode=755 tmpfs /run || die 'cannot cover /run'
		mkdir -p /run/lock /run/netns
	fi
	mount -t tmpfs -o mode=1777 tmpfs /dev/shm || die 'cannot cover /dev/shm'
	ip link set lo up || die 'no loopback device'
	echo "ready $$"
	exec sleep infinity >/dev/null 2>&1
}

holder() {
	name=$1 view=$2 run=$3
	join "$name" ''
	exec unshare --mount --cgroup --net --propagation private -- \
		"$0" inside "$name" "$view" "$run" "$(readlink /proc/self/ns/mnt)"
}

hold() {
	name=$1 view=$2 run=$3
	# The stop signal is the end of stdin, which also comes when the test process is killed.
	trap '' HUP INT TERM PIPE
	if ! make_cgroups "$name" "$view"; then
		echo failed
	elif [ "$view" = plain ]; then
		echo ready 0
	else
		{ "$0" holder "$name" "$view" "$run" || echo failed; } </dev/null &
	fi
	while read -r _; do :; done
	remove "$name"
}

enter() {
	name=$1 pid=$2
	shift 2
	join "$name" /init
	[ "$pid" != 0 ] || exec "$@"
	exec nsenter --target "$pid" --mount --net --cgroup -- "$@"
}

kill_members() {
	for d in $(directories "$1"); do
		[ -d "$d" ] || continue
		[ ! -e "$d/cgroup.kill" ] || echo 1 >"$d/cgroup.kill"
		# A task that the v1 freezer holds does not die before it is thawed.
		find "$d" -name freezer.state 2>/dev/null | while read -r f; do echo THAWED >"$f"; done
		find "$d" -name cgroup.procs -exec cat {} + 2>/dev/null | while read -r p; do
			[ "$p" = 0 ] || kill -KILL "$p"
		done
	done 2>/dev/null
}

leftovers() {
	for d in $(directories "$1") "$PARENT/$1" "/etc/sudoers.d/$1"; do
		[ ! -e "$d" ] || echo "$d"
	done
	grep "^$1:" /etc/passwd
	find /run/runc /run/crun -maxdepth 1 -name "$1*" 2>/dev/null
}

remove_once() {
	kill_members "$1"
	for d in $(directories "$1"); do
		[ ! -d "$d" ] || find "$d" -depth -type d -exec rmdir {} +
	done
	[ ! -e "/etc/sudoers.d/$1" ] || rm -f "/etc/sudoers.d/$1"
	! grep -q "^$1:" /etc/passwd || userdel -f "$1"
	# Containers in the default state directories are named after their scope.
	for d in /run/runc /run/crun; do
		[ ! -d "$d" ] || find "$d" -maxdepth 1 -name "$1*" -exec rm -rf {} +
		[ ! -d "$d" ] || [ -n "$(ls -A "$d")" ] || rmdir "$d"
	done
	# What still has a process in it is kept for the next turn.
	for d in $(directories "$1"); do
		[ ! -d "$d" ] || return
	done
	rm -rf --one-file-system "${PARENT:?}/$1"
}

# Killed processes need a moment to leave their cgroups and mounts: try until all is gone.
remove() {
	turn=0
	while [ -n "$(leftovers "$1")" ]; do
		[ $turn -lt 600 ] || die "left over: $(leftovers "$1")"
		[ $turn -eq 0 ] || sleep 0.05
		remove_once "$1" 2>/dev/null
		turn=$((turn + 1))
	done
}

[ $# -ge 2 ] || die 'usage: hold NAME VIEW RUN | enter NAME PID CMD... | remove NAME'
command=$1
shift
check_name "$1"
[ -n "$(unified)" ] || [ "$command" = inside ] || die 'no cgroup2 hierarchy below /sys/fs/cgroup'
case $command in
hold | holder | inside | enter | remove) "$command" "$@" ;;
*) die "unknown: $command" ;;
esac
