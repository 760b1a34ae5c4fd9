#!/usr/bin/env bash
# px tail --follow without a time-out goes on after the whole group was away for longer than a request may take.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group"
px send lobby before --dir "$WORK/group" >/dev/null 2>&1
"$PX" tail lobby --follow --dir "$WORK/group" >"$WORK/out" 2>"$WORK/err" &
follower=$!
for _ in $(seq 100); do grep -q before "$WORK/out" && break; sleep 0.1; done
kill -9 $(pid_of "$WORK/group")
sleep 15
px up --dir "$WORK/group" >/dev/null 2>&1 || fail "cannot start again"
px send lobby after --dir "$WORK/group" >/dev/null 2>&1 || fail "cannot send after the restart"
for _ in $(seq 100); do grep -q after "$WORK/out" && break; sleep 0.1; done
if kill -0 $follower 2>/dev/null; then state="runs"; else wait $follower; state="has ended with $?"; fi
kill $follower 2>/dev/null
grep -q after "$WORK/out" && [ "$(grep -c before "$WORK/out")" = 1 ] && pass "it went on, without gap or duplicate"
fail "after 15 s without a group the follower $state; it said: $(one_line 200 <"$WORK/err")"
