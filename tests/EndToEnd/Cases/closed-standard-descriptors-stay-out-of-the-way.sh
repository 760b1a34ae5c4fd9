#!/usr/bin/env bash
# A program that is started with its standard descriptors closed has /dev/null there before it opens anything: no socket and no file
# becomes number 2. And whatever else it inherited it closes on exec.
. "${0%/*}/Shared/prelude.sh"
needs python3

programs=${PX%/scripts/px}
replica=$programs/Replica/App/bin/Release/net10.0/replica chat=$programs/ChatClient/App/bin/Release/net10.0/chat
# look WHAT PROCESS: what is not as it should be.
look() {
    local descriptor wrong=
    for descriptor in 0 1 2; do
        [ "$(readlink "/proc/$2/fd/$descriptor")" = /dev/null ] || wrong="$wrong$1: descriptor $descriptor is $(readlink "/proc/$2/fd/$descriptor"); "
    done
    for descriptor in /proc/"$2"/fd/*; do
        [ "${descriptor##*/}" -le 2 ] && continue
        # A file that is closed meanwhile has no line.
        [ $((0$(sed -n 's/^flags:[[:space:]]*//p' "/proc/$2/fdinfo/${descriptor##*/}" 2>/dev/null || echo 2000000) & 02000000)) != 0 ] || [ ! -e "$descriptor" ] ||
            wrong="$wrong$1: descriptor ${descriptor##*/}, $(readlink "$descriptor"), is not closed on exec; "
    done
    echo "$wrong"
}
# wait_for COMMAND...
wait_for() {
    local _
    for _ in $(seq 300); do "$@" && return; sleep 0.1; done
    fail "$* did not come true: $(look "${@:2}")"
}
is_well() { [ -z "$(look "$@")" ]; }
port=$(free_port)
exec 7>"$WORK/lock" 8<"$0"
number=0
for program in "$replica" "$PX replica"; do
    number=$((number + 1))
    [ $number = 1 ] || port=$(free_port)
    $program run --data "$WORK/r$number" --self 0 --members "127.0.0.1:$port" --create --ready-file "$WORK/ready$number" --log "$WORK/log$number" <&- >&- 2>&- &
    process=$!
    wait_for test -f "$WORK/ready$number"
    wait_for is_well "$program" $process
    [ $number = 1 ] && first=127.0.0.1:$port
done
px send lobby hello --endpoints "$first" >/dev/null 2>"$WORK/err" || fail "the replica does not serve: $(one_line <"$WORK/err")"
for program in "$chat" "$PX"; do
    $program tail lobby --follow --endpoints "$first" <&- >&- 2>&- &
    process=$!
    wait_for is_well "$program" $process
    kill $process
done
pass "0, 1 and 2 are /dev/null, the others are closed on exec"
