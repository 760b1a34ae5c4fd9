#!/usr/bin/env bash
# A replica whose data directory was put back from an older copy must not help to vote an acknowledged message away.
. "${0%/*}/Shared/prelude.sh"
needs python3

group=$WORK/group
up "$group"
seq 1 100 | px send lobby --dir "$group" >/dev/null 2>&1 || fail "cannot send"
members=$(address_of "$group") cluster=$(cluster_of "$group")
px down --dir "$group" >/dev/null 2>&1
cp -a "$group/r1" "$WORK/r1.copy"
px up --dir "$group" >/dev/null 2>&1 || fail "cannot start again"
sleep 2 # All have met the new start of r1.
kill -9 $(pid_of "$group" r2)
seq 101 300 | px send lobby --dir "$group" >/dev/null 2>"$WORK/err" || fail "cannot send with two: $(one_line <"$WORK/err")"
kill -9 $(pid_of "$group" r0 r1) # These two have acknowledged them.
sleep 0.5
rm -rf "$group/r1"
cp -a "$WORK/r1.copy" "$group/r1"
run() {
    "$PX" replica run --data "$group/r$1" --self "$1" --members "$members" --cluster "$cluster" --log "$WORK/again$1.log" >"$WORK/again$1.out" 2>&1 &
}
run 1
run 2
endpoints=$(address_of "$group" r1 r2)
sleep 3
px tail lobby --endpoints "$endpoints" --timeout 6s >"$WORK/out" 2>"$WORK/err"
code=$?
got=$(wc -l <"$WORK/out")
[ $code = 5 ] && pass "r1 and r2 do not serve: $(one_line 200 <"$WORK/err")"
[ $code = 0 ] && [ "$got" = 300 ] && pass "all 300 acknowledged messages are there"
more=
if px send lobby after --endpoints "$endpoints" --timeout 5s >/dev/null 2>&1; then
    run 0
    sleep 4
    for process in $(own); do kill "$process"; done 2>/dev/null
    sleep 1.5
    px log export --data "$group/r0" >"$WORK/log0"
    px log export --data "$group/r2" >"$WORK/log2"
    cmp -s "$WORK/log0" "$WORK/log2" || more="; with r0 back the logs of r0 and r2 differ: $(wc -l <"$WORK/log0") and $(wc -l <"$WORK/log2") lines"
fi
fail "$got of 300 acknowledged messages are left, served with $code by r2 and the older r1$more"
