#!/usr/bin/env bash
# The identity of a group is its directory: up, ps and down agree about it through links, through "..", and after it was moved; and a
# replica that somebody else started there runs as well.
. "${0%/*}/Shared/prelude.sh"
needs python3

mkdir -p "$WORK/disk/deep/inner"
ln -s "$WORK/disk/deep/inner" "$WORK/link"
up "$WORK/link/../group" # Behind the link: the system's "..", not that of the text.
wrong=
[ -d "$WORK/disk/deep/group" ] || fail "the group is not where the system finds link/../group: $(cd "$WORK" && ls -d group disk/deep/group 2>/dev/null | one_line)"
ln -s "$WORK/disk/deep/group" "$WORK/other"
first=$(pid_of "$WORK/disk/deep/group")
[ "$(wc -w <<<"$first")" = 3 ] || wrong="px ps does not see three processes: $first; "
# same SPELLING...: all of them name the same processes, and up starts nothing.
same() {
    local spelling
    for spelling in "$@"; do
        px up --dir "$spelling" --timeout 20s >/dev/null 2>"$WORK/err" || wrong="${wrong}px up --dir $spelling: $? $(one_line 150 <"$WORK/err"); "
        [ "$(pid_of "$spelling")" = "$first" ] || wrong="${wrong}px ps --dir $spelling names $(pid_of "$spelling") instead of $first; "
    done
    [ "$(own | wc -l)" = 3 ] || wrong="${wrong}$(own | wc -l) processes run after px up of $*; "
}
same "$WORK/other" "$WORK/link/../group/" "$WORK/disk/./deep//group" "$WORK/disk/deep/inner/../group"
mv "$WORK/disk" "$WORK/moved"
[ "$(pid_of "$WORK/moved/deep/group")" = "$first" ] || wrong="${wrong}moved, px ps names $(pid_of "$WORK/moved/deep/group") instead of $first; "
mv "$WORK/moved" "$WORK/disk"
# A record that knows nothing changes nothing: the truth is the lock of each replica.
python3 - "$WORK/disk/deep/group/group.json" <<'PYTHON'
import json, sys
state = json.load(open(sys.argv[1]))
for replica in state["replicas"]:
    replica["pid"] = None
    replica.pop("startTime", None)
json.dump(state, open(sys.argv[1], "w"))
PYTHON
same "$WORK/other"
mv "$WORK/disk" "$WORK/moved"
ln -s "$WORK/moved/deep/group" "$WORK/again"
px down --dir "$WORK/again" >"$WORK/out" 2>"$WORK/err" || wrong="${wrong}px down: $? $(one_line 150 <"$WORK/err"); "
[ "$(grep -c ended "$WORK/out")" = 3 ] || wrong="${wrong}px down of the moved directory ends $(one_line <"$WORK/out")$(one_line <"$WORK/err"); "
[ -z "$(own)" ] || wrong="${wrong}still running after px down: $(own | one_line)"
[ -z "$wrong" ] || fail "$wrong"
pass "one directory, one group"
