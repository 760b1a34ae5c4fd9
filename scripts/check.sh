#!/bin/sh
# For a developer's loop: builds what a change touches, without analyzers, and runs the tests that are about it, in less than a minute.
#   scripts/check.sh [BASE]
# The change is what differs from the commit BASE (default HEAD), files that git does not track yet included. What was not run is said at the
# end; scripts/test.sh runs everything. Exit code 9 when something failed.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
base=${1:-HEAD}
changed=$(git diff --name-only "$base" -- && git ls-files --others --exclude-standard) || exit 2
if [ -z "$changed" ]; then
  echo "nothing differs from $base"
  exit 0
fi

folders=Architecture # Who may know whom, and the pages held against the sources: quick, and any change can break them.
fixtures=
simulation=
add() { for folder; do case " $folders " in *" $folder "*) ;; *) folders="$folders $folder" ;; esac; done; }
for file in $changed; do
  case $file in
  Wire/Programs/*) add Programs ;;
  Wire/Connections/*) add Connections Node Client ;;
  Wire/*) add Wire Core Machines ClientCore Client Benchmarks && simulation=yes ;;
  Hashing/*) add Golden Core Machines Benchmarks && simulation=yes ;;
  Replica/Core/*) add Core Machines Durability Benchmarks && simulation=yes ;;
  Replica/Machines/*) add Machines Core Benchmarks && simulation=yes ;;
  Replica/Engine/*) add Core Node Durability Benchmarks && simulation=yes ;;
  Replica/Node/*) add Node Storage Durability Benchmarks && simulation=yes ;;
  Replica/App/* | Replica/Hosting/* | Master/App/*) add Programs ;;
  Replica/Sharding/*) add Sharding && simulation=yes ;;
  Master/Core/* | Master/Driving/*) add Placement && simulation=yes ;;
  Master/Gateway/*) add Gateway ;;
  ChatClient/Core/*) add ClientCore Client Benchmarks && simulation=yes ;;
  ChatClient/Histories/*) simulation=yes ;;
  ChatClient/Client/*) add Client ;;
  ChatClient/App/*) add ChatApp ;;
  tests/Unit/*/*) folder=${file#tests/Unit/} && add "${folder%%/*}" ;;
  tests/Simulator/* | tests/Simulation/*) simulation=yes ;;
  tests/Benchmarks/Peers/*) add Benchmarks && fixtures="$fixtures PeerBenchTests ScaleBenchTests" ;;
  tests/Benchmarks/Scale/*) add Benchmarks && fixtures="$fixtures ScaleBenchTests" ;;
  tests/Benchmarks/Stages/*) add Benchmarks && fixtures="$fixtures StageBenchTests" ;;
  tests/EndToEnd/*Tests.cs) fixture=${file##*/} && fixtures="$fixtures ${fixture%.cs}" ;;
  scripts/* | *.md) add Scripts Wire Storage Programs ;;
  *.props | *.csproj | *.json) add Programs ;;
  esac
done

# filter PROPERTY WORD...: tests whose property contains one of the words.
filter() {
  expression=
  property=$1
  shift
  for word; do expression="$expression${expression:+|}FullyQualifiedName~$property$word."; done
}

failed=0
# run PROJECT FILTER: tests of a project that was built.
run() { dotnet test "$1" -c Release --no-build --nologo -v q --filter "$2" --logger "console;verbosity=minimal" || failed=9; }
build() { dotnet build "$1" -c Release -v q --nologo -clp:ErrorsOnly -p:RunAnalyzers=false || exit 9; }

echo "== tests/Unit: $folders"
build tests/Unit
# shellcheck disable=SC2086 # several words
filter Tests.Unit. $folders
run tests/Unit "$expression"
if [ -n "$simulation" ]; then
  echo "== tests/Simulation, and 20 fresh seeds"
  build tests/Simulation
  run tests/Simulation "FullyQualifiedName~Tests.Simulation."
  tests/Simulator/bin/Release/net10.0/simulate --first "$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')" --count 20 >"${TMPDIR:-/tmp}/check.$$" 2>&1 ||
    { failed=9 && cat "${TMPDIR:-/tmp}/check.$$"; }
  rm -f "${TMPDIR:-/tmp}/check.$$"
fi
if [ -n "$fixtures" ]; then
  echo "== tests/EndToEnd:$fixtures"
  build tests/EndToEnd
  # shellcheck disable=SC2086 # several words
  filter . $fixtures
  run tests/EndToEnd "$expression"
fi
echo "not run: analyzers,${simulation:+ more seeds,} mutants, ${fixtures:+other }tests on real processes; scripts/test.sh runs them all"
exit "$failed"
