#!/usr/bin/env bash
# The number of rooms is bounded by the memory of the state, not by what fits into one answer; with all of them px goes on to work.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group" 1
cat >"$WORK/make.py" <<'PYTHON'
import sys
import wire

count, client = 100000, wire.Client(sys.argv[1], timeout=20)
client.hear_log_time()
made, refused = 0, None
for start in range(0, count, 500):
    first = client.sequence + 1
    client.socket.sendall(b"".join(client.post_frame("team-%06d" % number, "bot", "hello", first) for number in range(start, start + 500)))
    for _ in range(500):
        sequence, status, payload = client.reply()
        if status == 0:
            made += 1
        elif refused is None:
            refused = (sequence, status, payload.decode("utf8", "replace"))
    if refused:
        break
print(made)
print(refused)
PYTHON
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SHARED timeout 45 python3 "$WORK/make.py" "$(address_of "$WORK/group")" >"$WORK/out" 2>"$WORK/err" ||
    fail "the rooms were not made in time: $(tail -n 1 "$WORK/err")"
wrong=
[ "$(sed -n 1p "$WORK/out")" = 100000 ] || wrong="only $(sed -n 1p "$WORK/out") rooms can be made: $(sed -n 2p "$WORK/out"); "
LIMIT=60 px up --dir "$WORK/group" >/dev/null 2>"$WORK/err" || wrong="${wrong}px up of the running group: $? $(one_line 120 <"$WORK/err"); "
LIMIT=60 px tail team-000777 --dir "$WORK/group" >/dev/null 2>"$WORK/err" || wrong="${wrong}a room cannot be read: $? $(one_line 120 <"$WORK/err"); "
px send brand-new-room hello --dir "$WORK/group" >/dev/null 2>"$WORK/err" || wrong="${wrong}px send to a new room: $? $(one_line 200 <"$WORK/err")"
[ -z "$wrong" ] || fail "$wrong"
pass "100000 rooms"
