#!/bin/sh
# Measures PaxosShard beside its peers, in one run and by turns; `--help` lists the arguments, tests/Benchmarks/Peers/README.md says what the
# figures mean. Exit code 9: a peer did not start, or failed under the load. Builds only when a source is newer than the last build.
exec "$(dirname "$0")/run-benchmark.sh" Peers peers '' "$@"
