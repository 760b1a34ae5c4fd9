#!/usr/bin/env bash
# Who hits a limit of the system is told which, in words: the size of files, open descriptors, and virtual memory. An empty file is never the only word.
. "${0%/*}/Shared/prelude.sh"
needs python3

wrong=
# limited WHAT WORDS ULIMIT-OPTION VALUE COMMAND...: it fails, and says the words.
limited() {
    local said code
    said=$( (ulimit "$3" "$4" && shift 4 && px "$@") 2>&1) # Through a pipe: a file would be under the limit too.
    code=$?
    { [ $code = 70 ] && grep -q '^PX' <<<"$said" && grep -qF "$2" <<<"$said"; } || wrong="$wrong$1: $code $(one_line <<<"$said"); "
}
port=$(free_port)
limited "the files of a group" "ulimit -f" -f 100 up --dir "$WORK/small" --replicas 1
limited "the files of a replica" "ulimit -f" -f 100 replica run --data "$WORK/r0" --self 0 --members "127.0.0.1:$port" --create
limited "the file of a group itself" "ulimit -f" -f 0 up --dir "$WORK/none" --replicas 1
limited "descriptors of a group" "ulimit -n" -n 40 up --dir "$WORK/few" --replicas 1
limited "descriptors of a replica" "ulimit -n" -n 40 replica run --data "$WORK/r1" --self 0 --members "127.0.0.1:$port" --create
limited "memory of a group" "ulimit -v" -v 2000000 up --dir "$WORK/little" --replicas 1
limited "memory of a replica" "ulimit -v" -v 2000000 replica run --data "$WORK/r2" --self 0 --members "127.0.0.1:$port" --create
[ -z "$(own)" ] || wrong="${wrong}something still runs: $(own | one_line)"
[ -z "$wrong" ] || fail "$wrong"
pass "the limits are named"
