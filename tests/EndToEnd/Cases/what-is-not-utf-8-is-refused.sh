#!/usr/bin/env bash
# A text, a room, a name or a directory that is not UTF-8 is refused, on the command line and in the environment, and never replaced.
. "${0%/*}/Shared/prelude.sh"
needs python3

up "$WORK/group" 1
wrong=
latin=$(printf 'caf\351')
# refused WHAT COMMAND...
refused() {
    "${@:2}" >"$WORK/out" 2>"$WORK/err"
    local code=$?
    { [ $code = 2 ] && grep -q '^PX' "$WORK/err"; } || wrong="$wrong$1: $code, '$(one_line 100 <"$WORK/out")' $(one_line 100 <"$WORK/err"); "
}
refused "a text" px send lobby "$latin" --dir "$WORK/group"
refused "a room" px send "$latin" hello --dir "$WORK/group"
refused "a name" px send lobby hello --nick "$latin" --dir "$WORK/group"
refused "a directory" px up --dir "$WORK/$latin" --replicas 1
refused "a verb" px "$latin"
refused "the directory of a replica" px replica run --data "$WORK/$latin" --self 0 --members 127.0.0.1:1 --create
refused "the log of a replica" px log export --data "$WORK/$latin"
refused "PX_NICK" env PX_NICK="$latin" "$PX" send lobby hello --dir "$WORK/group"
refused "PX_ENDPOINTS" env PX_ENDPOINTS="$latin" "$PX" status
refused "PX_REPLICA" env PX_REPLICA="$latin" "$PX" up --dir "$WORK/other" --replicas 1
refused "HOME" env -u XDG_CONFIG_HOME HOME="$WORK/$latin" "$PX" status
got=$(px tail lobby --dir "$WORK/group" 2>/dev/null | one_line)
[ -n "$got" ] && wrong="${wrong}it was sent: $got; "
made=$(cd "$WORK" && ls -d caf* other 2>/dev/null | one_line)
[ -n "$made" ] && wrong="${wrong}it was made: $made; "
[ -z "$wrong" ] || fail "$wrong"
pass "all are refused"
