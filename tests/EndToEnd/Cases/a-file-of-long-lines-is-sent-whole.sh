#!/usr/bin/env bash
# A sender slows down instead of failing on a queue of its own, and leaves no hole when it does fail.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group"
python3 -c '
import sys
for number in range(2500):
    sys.stdout.write("%08d" % number + "x" * 59992 + "\n")' >"$WORK/lines"
LIMIT=60 px send lobby --dir "$WORK/group" <"$WORK/lines" >"$WORK/out" 2>"$WORK/err"
code=$?
LIMIT=60 px tail lobby --dir "$WORK/group" | cut -f3 | cut -c1-8 >"$WORK/got"
got=$(wc -l <"$WORK/got")
[ $code = 0 ] && [ "$got" = 2500 ] && pass "2500 lines of 60000 bytes are committed"
hole=$(paste -d' ' "$WORK/got" <(seq -f %08.0f 0 2499) | awk 'NF == 2 && $1 != $2 { print "; behind line " NR " comes the text of line " $1 + 1; exit }')
fail "exit code $code, $got of 2500 lines committed$hole: $(one_line <"$WORK/err")"
