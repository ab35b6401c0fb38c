#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD TARGET...: runs each fuzz target over a copy of its seeds. FUZZ_ARGS: libFuzzer's.
build=$1
shift
here=$(dirname "$0")
status=0
for target; do
	corpus=$build/fuzz-corpus/$target
	rm -rf "$corpus"
	mkdir -p "$corpus"
	cp "$here/seeds/$target"/* "$corpus"/
	if [ -n "$FUZZ_ARGS" ]; then
		# shellcheck disable=SC2086 # several words
		"$build/fuzz-bin/$target" $FUZZ_ARGS -artifact_prefix="$build/fuzz-corpus/" "$corpus" \
			>"$corpus.log" 2>&1
	else
		"$build/fuzz-bin/$target" "$corpus"/* >"$corpus.log" 2>&1
	fi
	if [ $? -eq 0 ]; then
		echo "ok - fuzz $target"
	else
		echo "not ok - fuzz $target"
		cat "$corpus.log"
		status=1
	fi
done
exit $status
