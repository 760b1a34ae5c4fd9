#!/bin/sh
# Adds a shard to a cluster that serves: starts its replicas, if the cluster runs on this machine, asks the masters, and shows how far it is.
#   scripts/add-shard.sh [--dir DIRECTORY] [options of px shard add]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
exec "$here/px" shard add "$@"
