#!/usr/bin/env bash
# In px chat the cursor stands behind what was typed, also when that takes two columns, or several code points make one picture.
. "${0%/*}/Shared/prelude.sh"
needs tmux python3

server=$WORK/tmux
terminal() { tmux -u -f /dev/null -S "$server" "$@"; }
trap 'terminal kill-server 2>/dev/null; clean_up' EXIT
up "$WORK/group" 1
terminal new-session -d -x 100 -y 24 "TERM=xterm-256color '$PX' chat --dir '$WORK/group' --nick ann"
terminal new-window -d cat
column() { terminal display -p -t "$1" '#{cursor_x}'; }

# steady WINDOW: the column of the cursor once it stays where it is.
steady() {
    local before=-1 now
    for _ in $(seq 100); do
        now=$(column "$1")
        [ "$now" = "$before" ] && break
        before=$now
        sleep 0.15
    done
    echo "$now"
}
for _ in $(seq 200); do
    terminal capture-pane -p -t 0:0 | grep -q '^lobby ann>' && break
    sleep 0.1
done
wrong=
for text in ✅ ⭐ ⚡ ❌ 🫠 🟢 🥲 漢 é 'é' '❤️' '👨‍👩‍👧' '🇩🇪' '👍🏽'; do
    start=$(steady 0:1)
    terminal send-keys -t 0:1 -l "$text"
    width=$(($(steady 0:1) - start)) # What this terminal takes for its width.
    terminal send-keys -t 0:1 Enter
    terminal send-keys -t 0:0 C-u
    before=$(steady 0:0)
    terminal send-keys -t 0:0 -l "$text$text${text}ok"
    behind=$(steady 0:0)
    [ $((behind - before)) = $((3 * width + 2)) ] || wrong="$wrong $text is $width wide, px moves as if $(((behind - before - 2) / 3));"
done
[ -z "$wrong" ] || fail "the cursor stands inside the text:$wrong"
pass "the cursor stands where the terminal puts the text"
