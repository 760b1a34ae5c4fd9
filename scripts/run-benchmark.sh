#!/bin/sh
# Runs a program of tests/Benchmarks, and builds it before when a source is newer than its last build; the scripts bench-*.sh call this.
#   run-benchmark.sh FOLDER PROGRAM 'SOURCES' ARGUMENTS...: SOURCES are folders that it is built from besides its own.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
folder=tests/Benchmarks/$1
program=$folder/bin/Release/net10.0/$2
sources=$3
stamp=$folder/obj/release.stamp
shift 3
is_old() {
  # shellcheck disable=SC2086 # Several words.
  [ ! -x "$program" ] || [ ! -f "$stamp" ] ||
    [ -n "$(find "$folder" $sources Directory.Build.props Directory.Packages.props .editorconfig -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]
}
build() {
  home=
  case ${HOME-} in '' | /) home=$(mktemp -d) && export DOTNET_CLI_HOME="$home" ;; esac # The SDK would write to the root.
  dotnet build "$folder" -c Release -v q --nologo -clp:ErrorsOnly -p:RunAnalyzers=false >&2 9>&- || { [ -z "$home" ] || rm -rf "$home"; exit 70; }
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
