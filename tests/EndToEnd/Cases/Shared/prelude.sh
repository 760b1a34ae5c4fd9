# What every case begins with: `. "${0%/*}/Shared/prelude.sh"`. A case is a program that a person can run as well:
#   PX=scripts/px bash CASE
# It prints PASS or FAIL with the reason and ends with 0 or 1, uses the loopback alone, ends only what it started, by process
# number, and takes a minute at most. What it needs is in WORK, a folder of its own that is gone afterwards.
set -u
PX=${PX:?PX has to name the script px}
PX=$(cd "$(dirname "$PX")" && pwd)/$(basename "$PX")
SHARED=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
WORK=$(mktemp -d "${CASE_FOLDER:-${TMPDIR:-/tmp}}/px-case.XXXXXX") || exit 1
export HOME=$WORK/home XDG_CONFIG_HOME=$WORK/config LC_ALL=C.UTF-8
mkdir -p "$HOME" "$XDG_CONFIG_HOME"
unset PX_ENDPOINTS PX_NICK PX_REPLICA

# The processes that name the case's own folder.
own() {
    local process files=(/proc/[0-9]*/cmdline) # Listed before grep starts, so that it does not find itself.
    # One program for all of them: two for each process would take longer than much of what a case does.
    grep -lsF -- "$WORK/" "${files[@]}" | while IFS=/ read -r _ _ process _; do [ "$process" = $$ ] || echo "$process"; done
}

clean_up() {
    local process
    for process in $(own); do
        kill -CONT "$process"
        kill -9 "$process"
    done 2>/dev/null
    cd / && rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 3' INT TERM

pass() { echo "PASS: $*"; exit 0; }
fail() { echo "FAIL: $*"; exit 1; }

# needs PROGRAM...: a case that cannot run has failed.
needs() {
    local program
    for program in "$@"; do command -v "$program" >/dev/null || fail "$program is not installed"; done
}

# px WORD...: at most LIMIT seconds.
px() { timeout -k 2 "${LIMIT:-90}" "$PX" "$@"; }

# up DIRECTORY [REPLICAS]
up() { px up --dir "$1" --replicas "${2:-3}" >"$WORK/up.out" 2>"$WORK/up.err" || fail "px up ended with $?: $(one_line <"$WORK/up.err")"; }

# of_replicas FIELD DIRECTORY [NAME...]: a field of all replicas, or of those that are named, as px ps knows it; one a line.
of_replicas() {
    px ps --dir "$2" --json | python3 -c '
import json, sys
for replica in json.load(sys.stdin):
    if (len(sys.argv) == 2 or replica["name"] in sys.argv[2:]) and replica[sys.argv[1]] is not None:
        print(replica[sys.argv[1]])' "$1" "${@:3}"
}

# pid_of DIRECTORY [NAME...]: process numbers of those that run.
pid_of() { of_replicas pid "$@" | paste -sd' '; }

# address_of DIRECTORY [NAME...]: addresses, with commas between.
address_of() { of_replicas address "$@" | paste -sd,; }

# free_port: one that nothing listens on, from below those that the system gives to outgoing connections.
free_port() {
    python3 -c '
import random, socket
lowest = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
while True:
    with socket.socket() as trial:
        try:
            trial.bind(("127.0.0.1", random.randrange(max(1025, lowest - 20000), lowest)))
            print(trial.getsockname()[1])
            break
        except OSError:
            pass'
}

cluster_of() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["cluster"])' "$1/group.json"; }

# one_line [BYTES]: the beginning of the input, on one line.
one_line() { tr '\n' '|' | head -c "${1:-300}"; }
