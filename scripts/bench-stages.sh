#!/bin/sh
# Measures the stages of a message's way one by one; `--help` lists the arguments, tests/Benchmarks/Stages/README.md says what each stage is.
# Exit code 9: a stage could not be measured. Builds only when a source is newer than the last build.
exec "$(dirname "$0")/run-benchmark.sh" Stages stages 'Wire Hashing Replica ChatClient/Core' "$@"
