#!/bin/sh
# Runs a shard of one replica in the foreground, until Ctrl-C: group NUMBER of the cluster that start-master.sh made in the directory. It serves arcs once
# the master has a configuration that names it.
#   scripts/start-shard.sh NUMBER [DIRECTORY [PORT]]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
group=${1:?the number of the shard, from 1}
directory=${2:-${TMPDIR:-/tmp}/paxosshard-cluster}
port=${3:-$((7000 + group))}

if [ ! -s "$directory/cluster" ] || [ ! -s "$directory/masters" ]; then
    echo "there is no cluster in $directory: run scripts/start-master.sh first" >&2
    exit 3
fi
create=
[ -d "$directory/shard-$group" ] || create=--create
# shellcheck disable=SC2086 # Nothing, or one word.
exec "$here/px" replica run --data "$directory/shard-$group" --self 0 --members "127.0.0.1:$port" --group "$group" \
    --masters "$(cat "$directory/masters")" --cluster "$(cat "$directory/cluster")" $create
