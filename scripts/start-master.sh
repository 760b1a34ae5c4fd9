#!/bin/sh
# Runs one master in the foreground, until Ctrl-C: it keeps the configurations of a cluster of shards. The first time it makes the cluster in a directory.
#   scripts/start-master.sh [DIRECTORY [PORT]]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
directory=${1:-${TMPDIR:-/tmp}/paxosshard-cluster}
port=${2:-7000}

mkdir -p -- "$directory"
if [ ! -s "$directory/cluster" ]; then
    cat /proc/sys/kernel/random/uuid >"$directory/cluster"
fi
echo "127.0.0.1:$port" >"$directory/masters"
create=
[ -d "$directory/master" ] || create=--create
# shellcheck disable=SC2086 # Nothing, or one word.
exec "$here/px" master run --data "$directory/master" --self 0 --members "127.0.0.1:$port" --cluster "$(cat "$directory/cluster")" $create
