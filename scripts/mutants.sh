#!/bin/sh
# The mutation test: makes each of the mutants in tests/Mutants and prints whether its wrong branch was reached, what caught it and after how
# many seeds. Exit code 9 when one was not reached, not caught, or cannot be made: its patch does not apply any more, or what it makes does not compile.
#   --mutant N        this one alone; what was made of it is kept in tests/Mutants/bin/runs, to be run with its arguments by hand
#   --changed COMMIT  those that changed since this commit, or one of whose files did
#   --sample K        about K of all, others every day; together with --changed both
#   --list            only say which would be made
#   --adopt           make none, but copy the product's own build for a run with --adopted, which builds nothing; exit code 9 when it is not known how that was compiled
#   --seeds-only      no scenarios and no unit tests, but how many random seeds alone it takes: the median and the worst of several base seeds
#                     that are drawn now (`--bases N`, default 3; `--first N` for known ones). Exit code 9 when the median of one is not a catch.
# MUTANT_SEEDS=N: the most seeds to try for each (default 400). Builds only when a source is newer than the last build. Two run at a time.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_EnableDiagnostics=0 MSBUILDDISABLENODEREUSE=1
export DOTNET_TieredPGO=0 # Each of its processes lives for seconds: it would count how its code is used, and end before that is of use.
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
export TMPDIR="$work" # The compiler's server leaves its socket there, a mutant whatever its tests did not remove.
case ${HOME-} in '' | /) export DOTNET_CLI_HOME="$work" ;; esac # The SDK would write to the root.
# Whoever ends this script ends the run too. On one line: the shell reads on in a file that may have changed meanwhile.
python3 scripts/mutants.py "$@" & child=$!; trap 'kill "$child"; wait "$child"; exit 143' INT TERM; wait "$child"; exit
