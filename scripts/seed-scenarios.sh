#!/bin/sh
# The scenarios that the first description of the sharded log asks for, on real processes, as a client of the gateway sees them:
#   1 client, 1 shard.  1 client, 2 shards.  1 client, addShard.  2 clients, 3 shards.
#   scripts/seed-scenarios.sh
# Each step is printed with what is expected of it and what came. Lines of clients are clientID | G/P/D/A | key | val; "A" without a key, the request to add a shard, is
# px shard add here, behind a barrier: requests under way end, no more are begun, the keys move, and everything goes on. Exit code 9 when something else came.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
px=$here/px
work=$(mktemp -d) || exit 70
cluster=$work/group
export XDG_CONFIG_HOME="$work/config" # The group that px talks to unless told otherwise stays the caller's.
failed=0
master=
clients=

finish() {
    for client in $clients; do kill "$client" 2>/dev/null; done
    if [ -n "$master" ]; then
        kill "$master" 2>/dev/null
        wait "$master"
    fi
    [ ! -d "$cluster" ] || "$px" down --dir "$cluster" >/dev/null 2>&1
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step WHAT EXPECTED CAME
step() {
    echo "  $1"
    echo "    expected: $2"
    if [ "$2" = "$3" ]; then
        echo "    came:     $3"
    else
        echo "    came:     $3   <- this is wrong"
        failed=9
    fi
}

# ask LINE EXPECTED: one client sends a line to the gateway.
ask() { step "$1" "$2" "$(python3 "$here/gateway_client.py" "$gateway" "$1" 2>&1)"; }

# keys NUMBER: how many keys a shard has.
keys() { "$px" kv list --dir "$cluster/shard-$1" --json | grep -c '"key"'; }

# spread SHARD...: all 24 keys are there, each at one shard, and every shard has some.
spread() {
    sum=0
    empty=
    for shard; do
        count=$(keys "$shard")
        echo "    shard $shard has $count"
        sum=$((sum + count))
        [ "$count" -gt 0 ] || empty="$empty $shard"
    done
    step "keys of shards $*, each asked for its own" "24 in all, none without" "$sum in all, ${empty:-none} without"
}

# add NUMBER [OPTION...]: a shard joins.
add() {
    number=$1
    shift
    "$px" shard add --dir "$cluster" --group "$number" "$@" >"$work/added" 2>&1
    code=$?
    step "px shard add --group $number${*:+ $*}" "exit code 0, and shard $number has arcs" "exit code $code, and $(sed -n "s/^done: .*\(shard $number has \).*/\1arcs/p" "$work/added")"
    [ "$code" = 0 ] || cat "$work/added"
}

fail() {
    echo "$1"
    [ ! -f "$2" ] || cat "$2"
    exit 9
}

echo "1 client, 1 shard"
"$px" up --dir "$cluster" --shards 1 --replicas 1 >"$work/up" 2>&1 || fail "no cluster was started:" "$work/up"
members=$("$px" ps --dir "$cluster" | awk '$1 == "masters" { print $4 }')
"$px" down --dir "$cluster/masters" >"$work/down" 2>&1 || fail "the master was not ended:" "$work/down"
"$px" master run --data "$cluster/masters/r0" --self 0 --members "$members" --gateway 127.0.0.1:0 --gateway-ready-file "$work/gateway" >"$work/master" 2>&1 &
master=$!
while [ ! -s "$work/gateway" ]; do
    kill -0 "$master" 2>/dev/null || fail "the master with the gateway has ended:" "$work/master"
    sleep 0.1
done
gateway=$(cat "$work/gateway")
ask '1 | G | colour' 'Fail | missing'
ask '1 | P | colour | green' 'Success'
ask '1 | G | colour | ' 'Success | green'
ask '1 | P | colour | blue' 'Success'
ask '1 | G | colour | ' 'Success | blue'
ask '1 | D | colour' 'Success'
ask '1 | G | colour' 'Fail | missing'

echo "1 client, 2 shards"
add 2
set --
while [ $# -lt 24 ]; do set -- "$@" "1 | P | key-$(($# + 1)) | value $(($# + 1))"; done
came=$(python3 "$here/gateway_client.py" "$gateway" "$@" 2>&1 | sort | uniq -c | sed 's/^ *//')
step '1 | P | key-1 | value 1, and so on to key-24' '24 Success' "$came"
ask '1 | G | key-1' 'Success | value 1'
ask '1 | G | key-24' 'Success | value 24'
spread 1 2

echo "1 client, addShard"
ask '1 | A' 'Fail | with two fields this would add a shard, which a gateway does not do; with four it appends: client, A, key, value'
python3 "$here/gateway_client.py" "$gateway" --append-until "$work/enough" 1 journal >"$work/appended" 2>&1 &
clients=$!
add 3 --barrier
touch "$work/enough"
wait "$clients"
clients=
count=$(tail -n 1 "$work/appended")
step '1 | A | journal | 1-0, and so on meanwhile: refused' 0 "$(sed '$d' "$work/appended" | wc -l | tr -d ' ')"
tokens=$(awk -v count="$count" 'BEGIN { for (number = 0; number < count; number++) printf "1-%d,", number }')
came=$(python3 "$here/gateway_client.py" "$gateway" '1 | G | journal' 2>&1)
if [ "$came" = "Success | $tokens" ]; then came="all $count of them, each once, in their order"; fi
step '1 | G | journal' "all $count of them, each once, in their order" "$came"
ask '1 | D | journal' 'Success'
spread 1 2 3

echo "2 clients, 3 shards"
for client in 1 2; do
    python3 "$here/gateway_client.py" "$gateway" --append "$client" shared 40 >"$work/client-$client" 2>&1 &
    clients="$clients $!"
done
# shellcheck disable=SC2086 # Several numbers.
wait $clients
clients=
step '1 | A | shared | 1-0, and so on to 1-39, and 2-0, to 2-39, by client 2 at the same time: refused' 0 "$(cat "$work/client-1" "$work/client-2" | wc -l | tr -d ' ')"
python3 "$here/gateway_client.py" "$gateway" '1 | G | shared' | sed 's/^Success | //' | tr ',' '\n' | sed '/^$/d' >"$work/shared"
step 'tokens of the key, each once' '80 of 80' "$(sort -u "$work/shared" | wc -l | tr -d ' ') of $(wc -l <"$work/shared" | tr -d ' ')"
for client in 1 2; do
    grep "^$client-" "$work/shared" >"$work/own"
    came='in their order'
    sort -t - -k 2 -n "$work/own" | cmp -s - "$work/own" || came='in another order'
    step "those of client $client" '40, in their order' "$(wc -l <"$work/own" | tr -d ' '), $came"
done
ask '2 | G | key-1' 'Success | value 1'
ask '2 | P | key-1 | from client 2' 'Success'
ask '1 | G | key-1' 'Success | from client 2'
ask '1 | D | shared' 'Success'
spread 1 2 3

if [ "$failed" = 0 ]; then echo "all as expected"; else echo "something else came than was expected"; fi
exit "$failed"
