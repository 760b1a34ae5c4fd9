#!/bin/sh
# Opens a chat with the group that was started last.
#   scripts/chat.sh [ROOM [NAME]]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
room=${1:-lobby}
if [ $# -ge 2 ]; then
    exec "$here/px" chat --room "$room" --nick "$2"
fi
exec "$here/px" chat --room "$room"
