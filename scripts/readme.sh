#!/bin/sh
# Runs every command of the README's ```sh blocks, in order, as a newcomer would, in a home of their own. The test command itself is the one
# that calls this, so it is not called again. A command that fails ends the run with its code.
set -u
cd "$(dirname "$0")/.." || exit 70
work=$(mktemp -d) || exit 70
export PAXOSSHARD_README=1 XDG_CONFIG_HOME="$work/config" GROUP="$work/group"
trap './scripts/px down --dir "$GROUP" >/dev/null 2>&1; rm -rf "$work"' EXIT
sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```' | grep -v '^./scripts/test.sh$' | grep -v '^git clone ' | grep -v '^cd ' >"$work/commands"
[ -s "$work/commands" ] || { echo "the README has no commands"; exit 9; }
while IFS= read -r line; do
  case $line in '' | '#'*) continue ;; esac
  printf '$ %s\n' "$line"
  sh -c "$line" </dev/null
  code=$?
  [ "$code" -eq 0 ] || { echo "exit code $code"; exit 9; }
done <"$work/commands"
