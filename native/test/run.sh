#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs test programs one after the other: their TAP, a line at the end, exit 1 if anything failed.
failed=0 passed=0 skipped=0
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
for program; do
	echo "# ${program##*/}"
	"$program" >"$out"
	status=$?
	cat "$out"
	bad=$(grep -c '^not ok' "$out")
	# A program that died before its plan failed, whatever it printed.
	if [ "$bad" -eq 0 ] && { [ $status -ne 0 ] || ! grep -q '^1\.\.' "$out"; }; then
		echo "not ok - ${program##*/} ended with status $status"
		bad=1
	fi
	failed=$((failed + bad))
	skipped=$((skipped + $(grep -c '^ok.*# SKIP' "$out")))
	passed=$((passed + $(grep '^ok' "$out" | grep -vc '# SKIP')))
done
echo "# native: $passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
