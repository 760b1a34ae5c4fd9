#!/bin/sh
# Starts a group of replicas on this machine and shows them.
#   scripts/start-replicas.sh [DIRECTORY [REPLICAS]]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
directory=${1:-${TMPDIR:-/tmp}/paxosshard}
replicas=${2:-3}
exec "$here/px" up --dir "$directory" --replicas "$replicas"
