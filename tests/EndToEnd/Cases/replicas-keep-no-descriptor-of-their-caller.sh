#!/usr/bin/env bash
# Replicas that px up starts outlive their caller. A descriptor of the caller that they kept would hold its lock for ever, and let
# whoever reads its pipe until the end wait for ever.
. "${0%/*}/Shared/prelude.sh"
needs flock python3

wrong=
(
    exec 7>"$WORK/caller.lock"
    flock -n 7 || exit 3
    px up --dir "$WORK/locked" --replicas 1 >"$WORK/up.out" 2>"$WORK/up.err"
) || fail "px up failed: $(one_line <"$WORK/up.err")"
flock -n "$WORK/caller.lock" true || wrong="the lock of the caller is held although the caller has ended; "
timeout 60 bash -c 'read_to_the_end=$( { "$0" up --dir "$1" --replicas 1 >/dev/null 2>&1; } 3>&1 )' "$PX" "$WORK/piped"
[ $? = 124 ] && wrong="${wrong}who reads descriptor 3 to its end waits for ever; "
for process in $(pid_of "$WORK/locked") $(pid_of "$WORK/piped"); do
    for descriptor in /proc/"$process"/fd/*; do
        case "$(readlink "$descriptor")" in
        pipe:* | "$WORK"/caller.lock) # A pipe of its own has both ends in the process.
            [ "$(readlink /proc/"$process"/fd/* | grep -cxF "$(readlink "$descriptor")")" = 1 ] &&
                wrong="${wrong}process $process has descriptor ${descriptor##*/} of another: $(readlink "$descriptor"); "
            ;;
        esac
    done
done
[ -z "$wrong" ] || fail "$wrong"
pass "no descriptor of the caller is left"
