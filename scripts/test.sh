#!/bin/sh
# Builds everything and runs every check there is; the last line says `N passed, N failed`. Changes nothing but build folders.
# SIMULATIONS=N: how many fresh seeds the simulator runs (default 400). Seeds differ from run to run; a failure prints its own.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
case ${HOME-} in '' | /) export DOTNET_CLI_HOME="$work" ;; esac # The SDK would write to the root.
# Nothing stays behind: no temporary file outside of this folder, no socket of a killed process's debugger, no build server.
export TMPDIR="$work" TMUX_TMPDIR="$work" DOTNET_EnableDiagnostics=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
passed=0
failed=0

note() { printf '\n== %s\n' "$1"; }

# check NAME COMMAND...: a check that passes or fails as a whole.
check() {
  name=$1
  shift
  note "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name"; fi
}

# suite NAME: the NUnit project tests/NAME; each of its tests counts.
suite() {
  note "tests/$1"
  dotnet test "tests/$1" -c Release --no-build --nologo -v q --logger "console;verbosity=minimal" >"$work/$1.log" 2>&1
  code=$?
  cat "$work/$1.log"
  counts=$(sed -n 's/.*Failed: *\([0-9]*\), Passed: *\([0-9]*\), Skipped: *\([0-9]*\),.*/\1 \2 \3/p' "$work/$1.log" | tail -n 1)
  if [ -z "$counts" ]; then
    echo "FAILED: tests/$1 ran no test"
    failed=$((failed + 1))
    return
  fi
  # A skipped check is a check that is missing, so it counts as failed.
  set -- $counts
  passed=$((passed + $2))
  failed=$((failed + $1 + $3))
  if [ "$code" -ne 0 ] && [ "$1" -eq 0 ]; then failed=$((failed + 1)); fi
}

finish() {
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}

note "build"
# px and the simulator build without analyzers, which would take twice as long: what they built is built once more with them.
whole=
for stamp in ChatClient/App/obj/px.stamp tests/Simulator/obj/release.stamp; do [ ! -e "$stamp" ] || whole=--no-incremental; done
if ! dotnet build PaxosShard.sln -c Release -v q --nologo $whole; then
  failed=1
  finish
fi
suite Unit
suite Simulation
suite EndToEnd
first=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
check "simulation of fresh seeds" ./scripts/simulate.sh --first "$first" --count "${SIMULATIONS:-400}"
check "every seeded bug is caught" ./scripts/mutants.sh
check "commands of the README" ./scripts/readme.sh
finish
