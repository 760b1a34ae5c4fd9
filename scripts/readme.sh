#!/bin/sh
# Runs every command of the README's ```sh blocks, in order and in one shell, as a newcomer would, in a home of their own. The test command
# itself is the one that calls this, so it is not called again. A command that fails ends the run with 9.
set -u
cd "$(dirname "$0")/.." || exit 70
work=$(mktemp -d) || exit 70
export XDG_CONFIG_HOME="$work/config" TMPDIR="$work"
finish() {
  for group in "$work"/*/group; do
    if [ -d "$group" ]; then ./scripts/px down --dir "$group" >/dev/null 2>&1; fi
  done
  rm -rf "$work"
}
trap finish EXIT
sed -n '/^```sh$/,/^```$/p' README.md | grep -v -e '^```' -e '^./scripts/test.sh$' >"$work/commands"
[ -s "$work/commands" ] || { echo "the README has no commands"; exit 9; }
sh -ev "$work/commands" </dev/null 2>&1 || { echo "a command of the README failed"; exit 9; }
