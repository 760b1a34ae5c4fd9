#!/bin/sh
# Measures how PaxosShard scales, in sweeps in which one thing grows; `--help` lists the arguments, tests/Benchmarks/SCALING.md says what the figures mean.
# Exit code 9: a group did not start, or failed under the load. Builds only when a source is newer than the last build.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
program=tests/Benchmarks/Scale/bin/Release/net10.0/scale
stamp=tests/Benchmarks/Scale/obj/release.stamp
is_old() {
  [ ! -x "$program" ] || [ ! -f "$stamp" ] ||
    [ -n "$(find tests/Benchmarks/Scale tests/Benchmarks/Peers Directory.Build.props Directory.Packages.props .editorconfig -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]
}
build() {
  home=
  case ${HOME-} in '' | /) home=$(mktemp -d) && export DOTNET_CLI_HOME="$home" ;; esac # The SDK would write to the root.
  dotnet build tests/Benchmarks/Scale -c Release -v q --nologo -clp:ErrorsOnly -p:RunAnalyzers=false >&2 9>&- || { [ -z "$home" ] || rm -rf "$home"; exit 70; }
  [ -z "$home" ] || rm -rf "$home"
  touch "$stamp"
}
if is_old; then
  # One build at a time: a second run waits for the first and then finds everything built.
  if command -v flock >/dev/null; then
    mkdir -p "${stamp%/*}"
    (flock 9; ! is_old || build) 9>"$stamp.lock" || exit $?
  else
    build
  fi
fi
exec "$program" "$@"
