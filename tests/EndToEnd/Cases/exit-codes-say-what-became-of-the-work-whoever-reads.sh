#!/usr/bin/env bash
# When the reader of the output goes away, the exit code still says what became of the work.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group"
wrong=
lines=50000 # Their numbers are several times what a pipe holds.
seq 1 $lines | "$PX" send lobby --numbers --dir "$WORK/group" 2>"$WORK/err" | head -n 1 >/dev/null
code=${PIPESTATUS[1]}
sent=$(px tail lobby --from -1 --dir "$WORK/group" | cut -f1)
[ "$code" = 0 ] && [ "${sent:-0}" -lt $lines ] && wrong="px send ends with 0 although ${sent:-0} of $lines lines were sent; "

# The group goes down between two lines: the first is committed, so the whole is not "certainly not applied".
{
    echo one
    until grep -q . "$WORK/numbers"; do sleep 0.1; done
    px down --dir "$WORK/group" >/dev/null 2>&1
    echo two
} | "$PX" send halves --numbers --timeout 2s --dir "$WORK/group" >"$WORK/numbers" 2>"$WORK/err"
code=${PIPESTATUS[1]}
{ [ "$code" = 8 ] && grep -q "1 line committed, 0 unknown, 1 not applied" "$WORK/err"; } ||
    wrong="${wrong}px send ends with $code instead of 8 when one of two lines is committed: $(one_line <"$WORK/err"); "
{
    px status --dir "$WORK/group"
    echo $? >"$WORK/code"
} | (exec <&-; until [ -s "$WORK/code" ]; do sleep 0.1; done)
code=$(cat "$WORK/code")
[ "$code" = 5 ] || wrong="${wrong}px status without a primary ends with $code instead of 5 when nobody reads it"
[ -z "$wrong" ] || fail "$wrong"
pass "px send ended with an error or had sent all, with 8 after a part; px status said 5"
