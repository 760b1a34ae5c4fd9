#!/bin/sh
# Runs the replicated log in the deterministic simulator; `--help` lists the arguments. Exit code 0: all is well, 9: an
# invariant is broken, and the line to replay it is printed. Builds only when a source is newer than the last build.
set -u
cd "$(dirname "$0")/.." || exit 70
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
program=tests/Simulator/bin/Release/net10.0/simulate
stamp=tests/Simulator/obj/release.stamp
is_old() {
  [ ! -x "$program" ] || [ ! -f "$stamp" ] ||
    [ -n "$(find Wire Hashing Replica/Core Replica/Engine Replica/Machines Replica/Node Replica/Sharding Master/Core Master/Driving ChatClient/Client ChatClient/Core ChatClient/Histories tests/Simulator Directory.Build.props Directory.Packages.props .editorconfig \
      -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]
}
if is_old; then
  home=
  case ${HOME-} in '' | /) home=$(mktemp -d) && export DOTNET_CLI_HOME="$home" ;; esac # The SDK would write to the root.
  dotnet build tests/Simulator -c Release -v q --nologo -clp:ErrorsOnly -p:RunAnalyzers=false >&2 || { [ -z "$home" ] || rm -rf "$home"; exit 70; }
  [ -z "$home" ] || rm -rf "$home"
  touch "$stamp"
fi
exec "$program" "$@"
