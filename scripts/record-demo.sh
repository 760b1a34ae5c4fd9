#!/bin/sh
# Records the first minute of the README from a real run, as an animated picture: two people chat, the primary is killed, and they go on.
#   scripts/record-demo.sh [FILE]        (default: scripts/demo.svg)
# Needs tmux and python3. What is shown is what the screen showed; only pauses are cut short.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
file=${1:-$here/demo.svg}
for tool in tmux python3; do
    command -v "$tool" >/dev/null || { echo "record-demo.sh: $tool was not found in PATH; nothing was recorded" >&2; exit 70; }
done
work=$(mktemp -d) || exit 70
sockets=$(mktemp -d /tmp/px-XXXXXX) || exit 70 # Their paths have to be short.
export XDG_CONFIG_HOME="$work/config" TMPDIR="$work" LC_ALL=C.UTF-8 NO_COLOR=1 DOTNET_EnableDiagnostics=0
unset TMUX PX_ENDPOINTS
trap 'screen kill-server >"$work/end" 2>&1; inner kill-server >"$work/end" 2>&1; rm -rf "$work" "$sockets"' EXIT
screen() { tmux -u -S "$sockets/screen" -f /dev/null "$@"; }
inner() { tmux -u -S "$sockets/inner" -f "$work/tmux.conf" "$@"; }

frame=0
# A look at the screen, told apart by when it was.
look() {
    frame=$((frame + 1))
    screen capture-pane -p -t record: >"$work/frame-$(printf %04d "$frame")"
}
# await PATTERN: looks until a line fits, for a minute at most.
await() {
    tries=0
    while look; ! grep -Eq "$1" "$work/frame-$(printf %04d "$frame")"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "record-demo.sh: the screen never showed '$1':" >&2; cat "$work/frame-$(printf %04d "$frame")" >&2; exit 9; }
        sleep 0.1
    done
}
# say PANE TEXT: types it, letter by letter, and presses Enter.
say() {
    rest=$2
    while [ -n "$rest" ]; do
        letter=${rest%"${rest#?}"}
        rest=${rest#?}
        inner send-keys -t "inner:0.$1" -l -- "$letter"
        look
    done
    inner send-keys -t "inner:0.$1" Enter
    sleep 0.3
    look
}

"$here/px" explain PX1200 >"$work/built" || exit 70 # Built before the recording begins.
printf 'set -g status off\nset -g escape-time 0\n' >"$work/tmux.conf"
screen new-session -d -s record -x 130 -y 20 "PATH='$here':\$PATH exec tmux -u -S '$sockets/inner' -f '$work/tmux.conf' new-session -s inner 'PS1=\"\\$ \" exec sh'" || exit 70
await '^\$'
say 0 'px demo --panes --nick ann'
await '^lobby ann>'
await '│lobby guest>'
say 0 'hello there'
await '│.*ann: hello there'
say 1 'hi from the other side'
await '^[0-9:]+ [0-9]+ guest: hi from'
say 0 '\kill primary'
await '^- r[0-9] leads'
say 0 'still here?'
await 'you: still here\? ✓ 3'
say 1 'nothing lost'
await '^[0-9:]+ [0-9]+ guest: nothing lost'
say 0 '\status'
await 'follower'
sleep 1
look
say 0 '/quit'
await 'the demo is over'
python3 "$here/record_svg.py" "$work" >"$work/demo.svg" || exit 70
mv "$work/demo.svg" "$file"
