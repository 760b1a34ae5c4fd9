#!/usr/bin/env bash
# group.json without a replica is damage; and px down leaves the file as it is, px up what it does not know in it.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group" 1
state=$WORK/group/group.json
wrong=
python3 - "$state" <<'PYTHON'
import json, sys
state = json.load(open(sys.argv[1]))
state["comment"] = {"by": "somebody"}
state["replicas"][0]["rack"] = 7
json.dump(state, open(sys.argv[1], "w"))
PYTHON
cp "$state" "$WORK/before"
px down --dir "$WORK/group" >/dev/null 2>"$WORK/err" || wrong="px down: $? $(one_line <"$WORK/err"); "
cmp -s "$state" "$WORK/before" || wrong="${wrong}px down has changed the file; "
up "$WORK/group" 1
{ grep -q somebody "$state" && grep -q rack "$state"; } || wrong="${wrong}px up has taken away what it does not know: $(one_line <"$state"); "
px down --dir "$WORK/group" >/dev/null 2>&1
for damage in '"replicas": []' '"replicas": [{"name": "r1", "address": "", "exists": true, "pid": null}]' '"replicas": {}' '"replicas": [{"name": "../r0", "address": "", "exists": true, "pid": null}]'; do
    echo "{\"version\": 1, \"cluster\": \"$(cluster_of "$WORK/group")\", $damage}" >"$WORK/damaged"
    cp "$WORK/damaged" "$state"
    for verb in ps up down; do
        px $verb --dir "$WORK/group" >"$WORK/out" 2>"$WORK/err"
        code=$?
        { [ $code = 70 ] && grep -q '^PX1214' "$WORK/err"; } || wrong="${wrong}px $verb with $damage: $code $(one_line 150 <"$WORK/err"); "
    done
    cmp -s "$state" "$WORK/damaged" || wrong="${wrong}$damage was changed; "
    cp "$WORK/before" "$state"
done
[ -z "$wrong" ] || fail "$wrong"
pass "nothing is rewritten that was not understood"
