#!/bin/sh
# Builds everything and runs every check there is, in stages:
#   build, unit, simulation, readme, seeds, moves, wholes, mutants, processes
# `scripts/test.sh unit seeds` runs these stages alone, on what is built. Seeds, of logs, of moves and of whole clusters, and mutants run in the background as soon as there
# is a stage that leaves processors idle, and their own stages wait for the rest of them. At the end stand the slowest tests, how long each stage took, and once
# more all that failed; the last line says `N passed, N failed`. Changes nothing but build folders.
# SIMULATIONS=N: how many fresh seeds of a log the simulator runs (default 400); MOVES=N: how many of arcs that move between shards (default 100);
# WHOLES=N: how many of whole clusters (default 100). Seeds differ from run to run; a failure prints the command that shows it again.
set -u
cd "$(dirname "$0")/.." || exit 70
all='build unit simulation readme seeds moves wholes mutants processes'
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
for stage; do
  case " $all " in *" $stage "*) ;; *) echo "there is no stage $stage; there are: $all" >&2; exit 2 ;; esac
done
stages=${*:-$all}

# What is missing is told at once, and not after an hour.
missing=
for tool in dotnet python3 $(case " $stages " in *" processes "*) echo tmux strace ;; esac); do
  command -v "$tool" >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "test.sh: not found in PATH:$missing; nothing was run. The .NET 10 SDK is at https://dotnet.microsoft.com/download, the others are packages of the system" >&2
  exit 70
fi
if ! { mkdir -p tests/obj && touch tests/obj/writable; } 2>/dev/null; then
  echo "test.sh: $(pwd) cannot be written to; nothing was run" >&2
  exit 70
fi
work=$(mktemp -d) || exit 70
trap 'kill $compiler $seeds $moves $wholes $mutants 2>"$work/end"; wait; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
compiler=
seeds=
moves=
wholes=
mutants=
adopted=
# The SDK would write to the root, or could not write.
if [ "${HOME:-/}" = / ] || ! { [ -d "$HOME" ] && [ -w "$HOME" ]; }; then export DOTNET_CLI_HOME="$work" NUGET_PACKAGES="$work/packages"; fi
# Nothing stays behind: no temporary file outside of this folder, no socket of a killed process's debugger, no build server.
export TMPDIR="$work" TMUX_TMPDIR="$work" DOTNET_EnableDiagnostics=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
passed=0
failed=0
results=$work/results
mkdir "$results"

# check NAME COMMAND...: a check that passes or fails as a whole.
check() {
  name=$1
  shift
  { "$@"; echo $? >"$work/code"; } 2>&1 | tee "$results/$name.log"
  if [ "$(cat "$work/code")" -eq 0 ]; then
    passed=$((passed + 1))
    rm "$results/$name.log"
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

# Programs that tests and the README start live for seconds, hundreds of them. Where they are no native files: compiled once more after 1,024 ms (the number is hexadecimal) instead of 100 they
# take three fifths of the processor time. What they do is the same.
started_programs='DOTNET_TC_CallCountingDelayMs=400'

# suite NAME: the NUnit project tests/NAME; each of its tests counts.
suite() {
  # The assembly, as it was built: to find out from the project where that is takes seconds.
  # Each of its processes lives for seconds: it would count how its code is used, and end before that is of use.
  environment=DOTNET_TieredPGO=0
  [ "$1" != EndToEnd ] || environment="$environment $started_programs"
  # Whoever runs this in the background may have it ignore interruptions, and with it all that it starts: tests interrupt programs.
  # shellcheck disable=SC2086 # Several words.
  env --default-signal=INT $environment dotnet vstest "tests/$1/bin/Release/net10.0/PaxosShard.Tests.$1.dll" "--ResultsDirectory:$results" \
    "--logger:console;verbosity=minimal" "--logger:trx;LogFileName=$1.trx" >"$work/$1.log" 2>&1
  code=$?
  cat "$work/$1.log"
  counts=$(sed -n 's/.*Failed: *\([0-9]*\), Passed: *\([0-9]*\), Skipped: *\([0-9]*\),.*/\1 \2 \3/p' "$work/$1.log" | tail -n 1)
  if [ -z "$counts" ]; then
    echo "FAILED: tests/$1 ran no test"
    cp "$work/$1.log" "$results/tests-$1-ran-no-test.log"
    failed=$((failed + 1))
    return
  fi
  # A skipped check is a check that is missing, so it counts as failed.
  # shellcheck disable=SC2086 # three numbers
  set -- $counts
  passed=$((passed + $2))
  failed=$((failed + $1 + $3))
  if [ "$code" -ne 0 ] && [ "$1" -eq 0 ]; then failed=$((failed + 1)); fi
}

# One compiler serves all projects, as long as the build lasts: with the analyzers it takes many times as long to start as to compile one.
compiler() {
  sdk=$(dotnet --version)
  dotnet "$(dotnet --list-sdks | sed -n "s|^$sdk \\[\\(.*\\)\\]\$|\\1|p")/$sdk/Roslyn/bincore/VBCSCompiler.dll" "-pipename:test-$$" >"$work/compiler.log" 2>&1 &
  compiler=$!
}

build() {
  # px, the simulator and the benchmarks build without analyzers, which would take twice as long: what they built is built once more with them.
  whole=
  for stamp in ChatClient/App/obj/px.stamp tests/Simulator/obj/release.stamp tests/Benchmarks/Peers/obj/release.stamp tests/Benchmarks/Scale/obj/release.stamp tests/Benchmarks/Stages/obj/release.stamp; do
    if [ -e "$stamp" ] && [ ! tests/obj/analyzed.stamp -nt "$stamp" ]; then whole=--no-incremental; fi
  done
  compiler
  check build dotnet build PaxosShard.sln -c Release -v q --nologo $whole -p:UseSharedCompilation=true "-p:SharedCompilationId=test-$$"
  kill "$compiler"
  wait "$compiler"
  compiler=
  [ "$failed" -eq 0 ] || finish
  # What px, the simulator and the benchmarks would build is built now.
  mkdir -p tests/obj
  touch ChatClient/App/obj/px.stamp tests/Simulator/obj/release.stamp tests/Benchmarks/Peers/obj/release.stamp tests/Benchmarks/Scale/obj/release.stamp tests/Benchmarks/Stages/obj/release.stamp
  touch tests/obj/analyzed.stamp
  # Now, because tests put folders of their own where they were built.
  case " $stages " in *" mutants "*) ! ./scripts/mutants.sh --adopt || adopted=--adopted ;; esac
}

# Most of the unit tests have one thread, and what the README tells to do waits most of the time. What is in no hurry runs beside them, with what they
# leave of the processors; never beside the tests on processes, where a replica that waits for a processor looks dead to the others.
start_background() {
  case " $stages " in *" seeds "*) [ -e "$work/seeds.code" ] || start_seeds ;; esac
  case " $stages " in *" moves "*) [ -e "$work/moves.code" ] || start_moves ;; esac
  case " $stages " in *" wholes "*) [ -e "$work/wholes.code" ] || start_wholes ;; esac
  case " $stages " in *" mutants "*) [ -e "$work/mutants.code" ] || start_mutants ;; esac
}

fresh() { od -An -N4 -tu4 /dev/urandom | tr -d ' '; }

start_seeds() {
  [ -z "$seeds" ] || return 0
  nice -n 19 ./scripts/simulate.sh --first "$(fresh)" --count "${SIMULATIONS:-400}" >"$work/seeds.log" 2>&1 &
  seeds=$!
}

start_moves() {
  [ -z "$moves" ] || return 0
  nice -n 19 ./scripts/simulate.sh --moves --first "$(fresh)" --count "${MOVES:-100}" >"$work/moves.log" 2>&1 &
  moves=$!
}

start_wholes() {
  [ -z "$wholes" ] || return 0
  nice -n 19 ./scripts/simulate.sh --whole --first "$(fresh)" --count "${WHOLES:-100}" >"$work/wholes.log" 2>&1 &
  wholes=$!
}

# All mutants take too long for every run: those that the last commit is about, and others every day; scripts/mutants.sh makes all.
start_mutants() {
  [ -z "$mutants" ] || return 0
  changed=
  if git rev-parse -q --verify HEAD~1 >"$work/parent" 2>&1; then changed="--changed HEAD~1"; fi
  # shellcheck disable=SC2086 # two words, or none
  nice -n 19 ./scripts/mutants.sh $changed $adopted --sample 15 >"$work/mutants.log" 2>&1 &
  mutants=$!
}

end_seeds() {
  wait "$seeds"
  echo $? >"$work/seeds.code"
  seeds=
}

end_moves() {
  wait "$moves"
  echo $? >"$work/moves.code"
  moves=
}

end_wholes() {
  wait "$wholes"
  echo $? >"$work/wholes.code"
  wholes=
}

end_mutants() {
  wait "$mutants"
  echo $? >"$work/mutants.code"
  mutants=
}

# background_result NAME: what became of it, once its exit code is there.
background_result() {
  cat "$work/$1.log"
  return "$(cat "$work/$1.code")"
}

finish() {
  printf '\n'
  python3 scripts/test-results.py "$results"
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}

for stage in $stages; do
  printf '\n== %s\n' "$stage"
  start=$(date +%s)
  case $stage in
  build) build ;;
  unit)
    start_background
    suite Unit
    ;;
  simulation)
    start_background
    suite Simulation
    ;;
  readme)
    start_background
    check "commands of the README" env "$started_programs" ./scripts/readme.sh
    ;;
  seeds)
    [ -e "$work/seeds.code" ] || { start_seeds && end_seeds; }
    check "simulation of fresh seeds" background_result seeds
    ;;
  moves)
    [ -e "$work/moves.code" ] || { start_moves && end_moves; }
    check "simulation of fresh seeds of moves" background_result moves
    ;;
  wholes)
    [ -e "$work/wholes.code" ] || { start_wholes && end_wholes; }
    check "simulation of fresh seeds of whole clusters" background_result wholes
    ;;
  mutants)
    [ -e "$work/mutants.code" ] || { start_mutants && end_mutants; }
    check "mutants are caught" background_result mutants
    ;;
  processes)
    [ -z "$seeds" ] || end_seeds
    [ -z "$moves" ] || end_moves
    [ -z "$wholes" ] || end_wholes
    [ -z "$mutants" ] || end_mutants
    suite EndToEnd
    ;;
  esac
  echo "$stage $(($(date +%s) - start))" >>"$results/stages"
done
finish
