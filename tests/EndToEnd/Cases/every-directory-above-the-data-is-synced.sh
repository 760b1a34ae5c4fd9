#!/usr/bin/env bash
# A new data directory is durable before the replica acknowledges anything: the directories above it that got an entry are synced too.
. "${0%/*}/Shared/prelude.sh"
needs strace python3

port=$(free_port)
mkdir "$WORK/disk"
strace -f -y -qq -o "$WORK/trace" -e trace=mkdir,mkdirat,fsync,fdatasync,rename,renameat,renameat2 \
    "$PX" replica run --data "$WORK/disk/new/r0" --self 0 --members "127.0.0.1:$port" --create --ready-file "$WORK/ready" --log "$WORK/r0.log" \
    >"$WORK/out" 2>&1 &
for _ in $(seq 300); do [ -f "$WORK/ready" ] && break; sleep 0.1; done
[ -f "$WORK/ready" ] || fail "the replica does not start under strace: $(one_line <"$WORK/out")"
px send lobby hello --endpoints "127.0.0.1:$port" --timeout 20s >/dev/null 2>"$WORK/err" || fail "no message was committed under strace: $(one_line <"$WORK/err")"
wrong=
for directory in /disk/new/r0 /disk/new /disk; do
    grep -q "fsync([0-9]*<$WORK$directory>)" "$WORK/trace" || wrong="$wrong$directory is never synced; "
done
[ -z "$wrong" ] || fail "a message was acknowledged and $wrong"
pass "every directory that got an entry was synced before the acknowledgement"
