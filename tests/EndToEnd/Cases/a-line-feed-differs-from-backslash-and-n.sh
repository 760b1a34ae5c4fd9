#!/usr/bin/env bash
# The text form of px tail and of px log export tells a line feed in a message from the two characters backslash and n.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group" 1
px send lobby 'a\nb' --dir "$WORK/group" >/dev/null 2>&1
px send lobby "$(printf 'a\nb')" --dir "$WORK/group" >/dev/null 2>&1
px tail lobby --dir "$WORK/group" | cut -f3 >"$WORK/tail"
px down --dir "$WORK/group" >/dev/null 2>&1
px log export --data "$WORK/group/r0" | cut -f5 >"$WORK/export"
[ "$(wc -l <"$WORK/tail")" = 2 ] || fail "not one line a message: $(one_line <"$WORK/tail")"
[ "$(sort -u "$WORK/tail" | wc -l)" = 2 ] || fail "both print as $(head -n 1 "$WORK/tail")"
cmp -s "$WORK/tail" "$WORK/export" || fail "px tail prints $(one_line <"$WORK/tail"), px log export $(one_line <"$WORK/export")"
pass "they differ: $(one_line <"$WORK/tail")"
