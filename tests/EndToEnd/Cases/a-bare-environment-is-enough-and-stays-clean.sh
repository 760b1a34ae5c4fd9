#!/usr/bin/env bash
# Without HOME, USER or a locale, as an init system starts programs, px works and leaves nothing in the root of the file system.
. "${0%/*}/Shared/prelude.sh"
needs python3

wrong=
before=$(ls -A / | md5sum)
had_configuration=$(ls -d /.config 2>/dev/null)
bare() { timeout 100 env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
bare nohup "$PX" up --dir "$WORK/group" --replicas 1 >"$WORK/out" 2>"$WORK/err" </dev/null || wrong="px up: $? $(one_line 150 <"$WORK/err"); "
bare "$PX" send lobby hello --dir "$WORK/group" >"$WORK/out" 2>"$WORK/err" </dev/null || wrong="${wrong}px send: $? $(one_line 150 <"$WORK/err"); "
bare "$PX" tail lobby --dir "$WORK/group" 2>/dev/null | grep -q hello || wrong="${wrong}px tail prints nothing; "
bare "$PX" down --dir "$WORK/group" >"$WORK/out" 2>"$WORK/err" || wrong="${wrong}px down: $? $(one_line 150 <"$WORK/err"); "
if [ "$(ls -A / | md5sum)" != "$before" ]; then
    wrong="${wrong}something new is in /: $(ls -Ad /.config 2>/dev/null); "
    if [ -z "$had_configuration" ]; then
        rm -f /.config/paxosshard/context
        rmdir /.config/paxosshard /.config
    fi 2>/dev/null
fi
mkdir "$WORK/mit leer ü"
bare TMPDIR="$WORK/mit leer ü" "$PX" bench --seconds 1 --outstanding 1 --replicas 1 --json >"$WORK/out" 2>"$WORK/err" ||
    wrong="${wrong}px bench in a TMPDIR with a space and an umlaut: $? $(one_line 150 <"$WORK/err"); "
bare TMPDIR="$WORK/missing" "$PX" bench --seconds 1 --outstanding 1 --replicas 1 >"$WORK/out" 2>"$WORK/err"
code=$?
{ [ $code != 0 ] && grep -q '^PX' "$WORK/err" && ! grep -q 'PX1299' "$WORK/err"; } || [ $code = 0 ] ||
    wrong="${wrong}px bench in a TMPDIR that is missing: $code $(one_line 150 <"$WORK/err"); "
[ -z "$wrong" ] || fail "$wrong"
pass "works without an environment and leaves nothing behind"
