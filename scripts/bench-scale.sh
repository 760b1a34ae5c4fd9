#!/bin/sh
# Measures how PaxosShard scales, in sweeps in which one thing grows; `--help` lists the arguments, tests/Benchmarks/SCALING.md says what the figures mean.
# Exit code 9: a group did not start, or failed under the load. Builds only when a source is newer than the last build.
exec "$(dirname "$0")/run-benchmark.sh" Scale scale 'tests/Benchmarks/Peers' "$@"
