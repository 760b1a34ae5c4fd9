#!/bin/sh
# The mutation test of the simulator: builds the version with seeded bugs (beside the product's build, never in its place), switches each on in turn, and
# prints whether it was reached, what caught it and after how many seeds. Exit code 9 when one was not. MUTANT_SEEDS=N: the most seeds to try for each
# (default 400); `--mutant N`: this bug alone. Builds only when a source is newer than the last build.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
program=tests/Simulator/bin/seeded-bugs/Release/net10.0/simulate
stamp=tests/Simulator/obj/seeded-bugs.stamp
is_old() {
  [ ! -x "$program" ] || [ ! -f "$stamp" ] ||
    [ -n "$(find Wire Hashing Replica/Core Replica/Node tests/Simulator Directory.Build.props Directory.Packages.props .editorconfig \
      -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]
}
if is_old; then
  dotnet build tests/Simulator -c Release -v q --nologo -clp:ErrorsOnly -p:SeededBugs=true >&2 || exit 70
  touch "$stamp"
fi
exec "$program" --mutants --count "${MUTANT_SEEDS:-400}" "$@"
