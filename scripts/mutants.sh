#!/bin/sh
# The mutation test: builds the version with seeded bugs (beside the product's build, never in its place), switches each on in turn, and prints
# whether it was reached, what caught it and after how many seeds. A few bugs are out of the simulator's reach: unit tests run against those.
# The unit tests that are about seeded bugs run too. Exit code 9 when one was not caught. MUTANT_SEEDS=N: the most seeds to try for each (default 400); `--mutant N`: this bug alone.
# `--seeds-only`: no scenarios and no unit tests, but how many random seeds alone it takes, the median and the worst of several base seeds that are
# drawn now (`--bases N`, default 3; `--first N` for known ones). Exit code 9 when the median of one is more than the most seeds to try.
# Builds only when a source is newer than the last build.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
program=tests/Simulator/bin/seeded-bugs/Release/net10.0/simulate
stamp=tests/Unit/obj/seeded-bugs.stamp
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
case ${HOME-} in '' | /) export DOTNET_CLI_HOME="$work" ;; esac # The SDK would write to the root.
result=0

is_old() {
  [ ! -x "$program" ] || [ ! -f "$stamp" ] ||
    [ -n "$(find Wire Hashing Replica ChatClient tests/Simulator tests/Unit Directory.Build.props Directory.Packages.props .editorconfig \
      -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]
}

# unit_tests NUMBER FOLDER: the bug is caught when a test of tests/Unit/FOLDER fails and its wrong branch was taken.
unit_tests() {
  SEEDED_BUG=$1 SEEDED_BUG_REACHED=$work/reached dotnet test tests/Unit -c Release -p:SeededBugs=true --no-build --nologo -v q \
    --filter "FullyQualifiedName~Tests.Unit.$2." --logger "console;verbosity=minimal" >"$work/log" 2>&1
  reached=$(cat "$work/reached" 2>/dev/null || echo 0)
  counts=$(sed -n 's/.*Failed: *\([0-9]*\), Passed: *\([0-9]*\),.*/\1 \2/p' "$work/log" | tail -n 1)
  # shellcheck disable=SC2086 # two numbers
  set -- "$1" "$2" ${counts:-0 0}
  if [ "$3" -gt 0 ] && [ "$reached" -gt 0 ]; then
    echo "  $1  reached $reached times; caught by $3 of $(($3 + $4)) unit tests of $2"
  else
    echo "  $1  reached $reached times; NOT CAUGHT by the $(($3 + $4)) unit tests of $2"
    result=9
  fi
}

if is_old; then
  dotnet build tests/Unit -c Release -v q --nologo -clp:ErrorsOnly -p:SeededBugs=true -p:RunAnalyzers=false >&2 || exit 70
  touch "$stamp"
fi
only=
before=
for argument; do
  [ "$before" = --mutant ] && only=$argument
  if [ "$argument" = --seeds-only ]; then
    "$program" --count "${MUTANT_SEEDS:-400}" "$@"
    exit
  fi
  before=$argument
done
case $only in
  58 | 59 | 61 | 102 | 111 | 114 | 119 | 120 | 12[3-9] | 160 | 164) ;;
  *) "$program" --mutants --count "${MUTANT_SEEDS:-400}" "$@" || result=$? ;;
esac
if [ -z "$only" ]; then
  dotnet test tests/Unit -c Release -p:SeededBugs=true --no-build --nologo -v q --filter "FullyQualifiedName~Seeded" \
    --logger "console;verbosity=minimal" >"$work/log" 2>&1 || { cat "$work/log"; result=9; }
fi
for bug in 58:Storage 59:Storage 61:Wire 102:Storage 111:Storage 114:Storage 119:Storage 120:Node 123:Durability 124:Durability \
  125:Durability 126:Durability 127:Node 128:Durability 129:Durability 160:Machines 164:ChatApp; do
  case ${only:-${bug%:*}} in "${bug%:*}") unit_tests "${bug%:*}" "${bug#*:}" ;; esac
done
exit "$result"
