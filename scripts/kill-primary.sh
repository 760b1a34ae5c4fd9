#!/bin/sh
# Kills the primary of a group as kill -9 does, and shows who leads then. "px up --dir DIRECTORY" brings it back.
#   scripts/kill-primary.sh [DIRECTORY]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
directory=${1:-${TMPDIR:-/tmp}/paxosshard}

# ps names a process only when it is one that up started and still runs.
pid=$("$here/px" ps --dir "$directory" | awk '$4 == "primary" { print $2 }')
if [ -z "$pid" ]; then
    echo "no primary runs in $directory" >&2
    exit 3
fi
kill -9 "$pid"
echo "killed the primary, pid $pid" >&2
# Asks until somebody leads; a read that passes proves it.
"$here/px" tail lobby --dir "$directory" --count 1 >/dev/null 2>&1 || true
exec "$here/px" status --dir "$directory"
