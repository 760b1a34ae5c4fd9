#!/usr/bin/env python3
"""The work of scripts/mutants.sh, which says what it is for and which arguments it takes.

Everything is built once from a copy of the sources in tests/Mutants/bin/sources, or taken from the product's own build (--adopt). For each patch only the
projects that it touches are compiled once more, by the compiler alone, and the checks run on a copy of what was built in which these assemblies are replaced.
"""
import argparse
import concurrent.futures
import contextlib
import datetime
import fcntl
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import types

sys.dont_write_bytecode = True  # Nothing is left beside the scripts.
from mutant_sources import BUILT, COUNTER, NOTE, PATCHES, ROOT, adopt, copy_sources

TREE = PATCHES / "bin/sources"
ADOPTED = PATCHES / "bin/adopted"
RUNS = PATCHES / "bin/runs"
STAMP = PATCHES / "bin/built"
AT_ONCE = 2
LONGEST_CHECK = 900  # Seconds, many times what it takes, because others may go first. A mutant that hangs has not been caught.
HUNTS = {"simulator": [], "moves": ["--moves"], "wholes": ["--whole"]}  # What hunts in the simulator, by its name in the head of a patch, and the arguments for that.
BROKEN, CANNOT_BUILD, USAGE = 9, 70, 2
RUNNING = set()  # The checks that run.


class Mutant:
    """One patch: its number, what its head says, and the files it changes."""

    def __init__(self, path):
        self.path = path
        text = path.read_text()
        head = text.split("\n--- ", 1)[0]
        self.number = int(path.name.split("-", 1)[0])
        self.wrong = re.search(r"^Wrong: (.+)$", head, re.MULTILINE).group(1)
        self.checks = re.findall(r"^Caught-by: (.+)$", head, re.MULTILINE)
        self.files = re.findall(r"^\+\+\+ b/(\S+)", text, re.MULTILINE)
        self.folder = RUNS / f"{self.number:03}"


class Failure(Exception):
    """A mutant that could not be made."""


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/mutants.sh", description="Makes each mutant of tests/Mutants and sees that it is reached and caught.")
    parser.add_argument("--mutant", type=int, action="append", metavar="N", help="this mutant alone (may be repeated); what was made of it is kept for a closer look")
    parser.add_argument("--changed", metavar="COMMIT", help="mutants that changed since this commit, or one of whose files did")
    parser.add_argument("--sample", type=int, metavar="K", help="about K of all mutants, others every day; together with --changed both")
    parser.add_argument("--seeds-only", action="store_true", help="no scenarios and no unit tests: how many random seeds alone it takes, from several base seeds")
    parser.add_argument("--bases", type=int, default=3, metavar="N", help="with --seeds-only: how many base seeds (3)")
    parser.add_argument("--first", type=int, metavar="N", help="the first seed (1), or with --seeds-only the first base seed, the others at a distance of a million (drawn)")
    parser.add_argument("--adopt", action="store_true", help="makes no mutant, but takes what was just built for a run with --adopted; exit code 9 when that cannot be")
    parser.add_argument("--adopted", action="store_true", help="makes mutants of what was taken so, instead of building that")
    parser.add_argument("--list", action="store_true", help="only say which mutants would be made")
    return parser.parse_args()


def choose(mutants, arguments):
    """The mutants that the arguments ask for."""
    if arguments.mutant:
        missing = set(arguments.mutant) - {mutant.number for mutant in mutants}
        if missing:
            print(f"there is no mutant {min(missing)} in tests/Mutants", file=sys.stderr)
            sys.exit(USAGE)
        return [mutant for mutant in mutants if mutant.number in arguments.mutant]
    if arguments.changed is None and arguments.sample is None:
        return mutants
    chosen = set()
    if arguments.changed is not None:
        git = ["git", "-C", str(ROOT)]
        changed = set(output_of([*git, "diff", "--name-only", arguments.changed, "--"]) + output_of([*git, "ls-files", "--others", "--exclude-standard"]))
        chosen |= {mutant for mutant in mutants if changed & {*mutant.files, str(mutant.path.relative_to(ROOT))}}
    if arguments.sample:
        step = max(1, round(len(mutants) / arguments.sample))
        chosen |= set(mutants[datetime.date.today().toordinal() % step::step])
    return [mutant for mutant in mutants if mutant in chosen]


def output_of(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr.strip(), file=sys.stderr)
        sys.exit(USAGE)
    return done.stdout.splitlines()


def build(compiler):
    """Builds the copy without any mutant."""
    if not copy_sources(TREE) and STAMP.exists():
        return
    STAMP.unlink(missing_ok=True)
    print("building what mutants are made of", file=sys.stderr, flush=True)
    command = ["dotnet", "build", "tests/Unit", "-c", "Release", "-v", "q", "--nologo", "-clp:ErrorsOnly", "-p:RunAnalyzers=false",
               "-p:UseSharedCompilation=true", f"-p:SharedCompilationId={compiler.pipe}"]
    if subprocess.run(command, cwd=TREE, stdout=sys.stderr).returncode != 0:
        sys.exit(CANNOT_BUILD)
    STAMP.touch()


def build_counter(compiler):
    """Compiles what the product that was adopted has not: the class that counts how often a wrong branch is taken, with its project."""
    made = types.SimpleNamespace(folder=PATCHES / "bin/counter")
    made.folder.mkdir(exist_ok=True)
    try:
        assembly = compiler.compile_project(made, COUNTER.parent, {})
    except Failure as failure:
        print(f"{COUNTER}: {failure}", file=sys.stderr)
        sys.exit(CANNOT_BUILD)
    for place in list(TREE.rglob(assembly.name)):
        shutil.copyfile(assembly, place)


class Compiler:
    """The C# compiler and a server of it that lives as long as this run."""

    def __init__(self):
        base = subprocess.run(["dotnet", "--list-sdks"], capture_output=True, text=True, cwd=ROOT, check=True).stdout
        version = subprocess.run(["dotnet", "--version"], capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
        folder = re.search(rf"^{re.escape(version)} \[(.+)\]$", base, re.MULTILINE).group(1)
        self.folder = pathlib.Path(folder, version, "Roslyn/bincore")
        self.pipe = f"mutants-{os.getpid()}"
        self.server = subprocess.Popen(["dotnet", str(self.folder / "VBCSCompiler.dll"), f"-pipename:{self.pipe}"],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        self.server.terminate()
        self.server.wait()

    def compile(self, mutant):
        """Compiles the projects that the patch touches; their assemblies are in the result."""
        sources = patched_sources(mutant)
        projects = {}
        for name, patched in sources.items():
            projects.setdefault(project_of(name), {})[name] = patched
        return [self.compile_project(mutant, project, replaced) for project, replaced in projects.items()]

    def compile_project(self, mutant, project, replaced):
        arguments = []
        known = {str(name.relative_to(project)): patched for name, patched in replaced.items()}
        for argument in (TREE / project / NOTE).read_text().splitlines():
            if argument in known:
                arguments.append(str(known.pop(argument)))
            elif argument.startswith("/out:"):
                assembly = mutant.folder / pathlib.Path(argument[len("/out:"):]).name
            elif not argument.startswith(("/refout:", "/doc:", "/pdb:", "/debug", "/warnaserror", "/sourcelink:", "/embed")):
                arguments.append(argument)
        arguments += [str(new) for new in known.values()]
        response = mutant.folder / "compiler-command.txt"
        quoted = [argument if argument.startswith(("/", "-")) and " " not in argument and not argument.endswith(".cs") else f'"{argument}"' for argument in arguments]
        response.write_text("\n".join([*quoted, f'/out:"{assembly}"', "/debug-", "/skipanalyzers+", "/features:run-nullable-analysis=never", "/nowarn:1591,0162,0168,0219,9057"]))
        done = subprocess.run(["dotnet", str(self.folder / "csc.dll"), "/noconfig", "/nologo", f"/shared:{self.pipe}", f"@{response}"],
                              cwd=TREE / project, capture_output=True, text=True)
        if done.returncode != 0:
            errors = [line for line in done.stdout.splitlines() if "error" in line]
            raise Failure("DOES NOT COMPILE: " + (errors or [done.stdout + done.stderr])[0].strip())
        return assembly


def patched_sources(mutant):
    """Applies the patch to copies of the files it names: where each file is now."""
    folder = mutant.folder / "patched"
    shutil.rmtree(mutant.folder, ignore_errors=True)
    for name in mutant.files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if (TREE / name).exists():
            shutil.copyfile(TREE / name, file)
    # Not as a part of the repository around it.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(mutant.folder)}
    done = subprocess.run(["git", "apply", "-p1", "--whitespace=nowarn", str(mutant.path)], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure("DOES NOT APPLY: " + done.stderr.splitlines()[0])
    return {pathlib.Path(name): folder / name for name in mutant.files}


def project_of(name):
    """The folder of the project that a source belongs to."""
    for folder in name.parents:
        if any((TREE / folder).glob("*.csproj")):
            return folder
    raise Failure(f"DOES NOT COMPILE: no project has {name}")


def program_with(mutant, assemblies, project):
    """A copy, without a byte copied, of what a project was built to, with some assemblies replaced."""
    built = TREE / project / BUILT
    place = mutant.folder / pathlib.Path(project).name
    shutil.copytree(built, place, copy_function=os.link, symlinks=True)
    for assembly in assemblies:
        target = place / assembly.name
        if target.exists():
            target.unlink()
            shutil.copyfile(assembly, target)
    return place


def run(command, **options):
    """Runs a command with all that it starts; null output and code when it takes too long."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, start_new_session=True, **options) as process:
        RUNNING.add(process)
        keep_priority(process)
        try:
            output, _ = process.communicate(timeout=LONGEST_CHECK)
            return output, process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "", None
        finally:
            RUNNING.discard(process)


def keep_priority(process):
    """Gives the session of a process the priority of this script: sessions share the processors equally, whatever the priorities of the processes in them (Linux)."""
    with contextlib.suppress(OSError):  # It has ended, or this system does not do that.
        pathlib.Path(f"/proc/{process.pid}/autogroup").write_text(str(os.nice(0)))


def end_at_once(*_):
    """Ends this run with all that it has started."""
    for process in list(RUNNING):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    sys.exit(128 + signal.SIGTERM)


def hunt(mutant, assemblies, options):
    """The simulator hunts a mutant: seeds, times reached, what caught it."""
    place = mutant.folder / "Simulator"
    if not place.exists():
        program_with(mutant, assemblies, "tests/Simulator")
    output, code = run([str(place / "simulate"), "--hunt", "--count", os.environ.get("MUTANT_SEEDS", "400"), *options])
    found = re.search(r"^(\d+) seeds, reached (\d+) times, (?:caught by (.+)|not caught)$", output, re.MULTILINE)
    if found is None:
        last = (output.strip().splitlines() or [""])[-1]
        raise Failure(f"NO RESULT within {LONGEST_CHECK} s" if code is None else f"NO RESULT, exit code {code}: {last}")
    seeds, reached, caught = found.groups()
    return int(seeds), int(reached), caught


def test(mutant, assemblies, scope):
    """The unit tests of a folder, or of one class in it, are run against a mutant: times reached, what caught it."""
    place = program_with(mutant, assemblies, "tests/Unit")
    report = mutant.folder / "reached"
    environment = {**os.environ, "MUTANT_REACHED": str(report)}
    output, code = run(["dotnet", "vstest", str(place / "PaxosShard.Tests.Unit.dll"), f"--TestCaseFilter:FullyQualifiedName~Tests.Unit.{scope}.",
                        "--logger:console;verbosity=minimal"], env=environment)
    shutil.rmtree(place, ignore_errors=True)
    if code is None:
        raise Failure(f"NO RESULT of the unit tests of {scope} within {LONGEST_CHECK} s")
    reached = int(report.read_text()) if report.exists() else 0
    report.unlink(missing_ok=True)
    counts = re.search(r"Failed: +(\d+), Passed: +\d+, Skipped: +\d+, Total: +(\d+),", output)
    if counts is None:
        raise Failure(f"NO RESULT: no unit test of {scope} ran")
    failed, total = counts.groups()
    return reached, f"{failed} of {total} unit tests of {scope}" if int(failed) else None


def verdict(reached, caught):
    return caught if caught and reached else "NOT REACHED" if not reached else "NOT CAUGHT"


def check(compiler, mutant, arguments):
    """Makes a mutant and runs what its patch says must catch it: lines of the table, and whether all is well."""
    lines = []
    good = True
    try:
        assemblies = compiler.compile(mutant)
        for kind in mutant.checks:
            if kind in HUNTS:
                seeds, reached, caught = hunt(mutant, assemblies, [*HUNTS[kind], "--first", str(arguments.first or 1)])
            else:
                seeds = "-"
                reached, caught = test(mutant, assemblies, kind.removeprefix("unit "))
            good = good and bool(caught and reached)
            lines.append(f"{mutant.number:>4}  {seeds:>5}  {reached:>9}  {verdict(reached, caught):>12}  {mutant.wrong}")
    except Failure as failure:
        good = False
        lines.append(f"{mutant.number:>4}      -          -  {failure}  {mutant.wrong}")
    return lines, good


def check_by_seeds(compiler, mutant, bases):
    """Random seeds alone, from each base: lines of the table, and whether the median caught it, each time."""
    lines = []
    good = True
    try:
        assemblies = compiler.compile(mutant)
        for kind in (kind for kind in mutant.checks if kind in HUNTS):
            results = [hunt(mutant, assemblies, [*HUNTS[kind], "--seeds-only", "--first", str(base)]) for base in bases]
            results.sort(key=lambda result: (result[2] is None, result[0]))
            seeds, reached, caught = results[len(results) // 2]
            missed = sum(result[2] is None for result in results)
            good = good and caught is not None
            lines.append(f"{mutant.number:>4}  {seeds:>6}  {results[-1][0]:>5}  {missed:>5} of {len(results)}  {reached:>7}  {verdict(reached, caught):>12}  {mutant.wrong}")
    except Failure as failure:
        good = False
        lines.append(f"{mutant.number:>4}       -      -  {failure}  {mutant.wrong}")
    return lines, good


def main():
    global TREE
    arguments = parse_arguments()
    if arguments.adopt:
        STAMP.parent.mkdir(exist_ok=True)
        with open(STAMP.parent / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            sys.exit(0 if adopt(ADOPTED) else BROKEN)
    mutants = sorted((Mutant(path) for path in PATCHES.glob("*.patch")), key=lambda mutant: mutant.number)
    chosen = choose(mutants, arguments)
    if arguments.seeds_only:
        chosen = [mutant for mutant in chosen if any(kind in HUNTS for kind in mutant.checks)]
    if arguments.list:
        for mutant in chosen:
            print(f"{mutant.number:>4}  {', '.join(mutant.checks)}: {mutant.wrong}")
        return
    start = time.monotonic()
    signal.signal(signal.SIGTERM, end_at_once)
    STAMP.parent.mkdir(exist_ok=True)
    with open(STAMP.parent / "lock", "w") as lock, contextlib.closing(Compiler()) as compiler:
        fcntl.flock(lock, fcntl.LOCK_EX)  # One run at a time changes the copy of the sources.
        if arguments.adopted:
            TREE = ADOPTED
            build_counter(compiler)
        else:
            build(compiler)
        if arguments.seeds_only:
            first = arguments.first
            bases = [random.randrange(1 << 40) if first is None else first + 1_000_000 * index for index in range(arguments.bases)]
            print(f"random seeds alone, up to {os.environ.get('MUTANT_SEEDS', '400')} of them from each of the base seeds {' '.join(map(str, bases))}")
            print("  no  median  worst  not caught  reached     caught by  what is wrong")
            work = lambda mutant: check_by_seeds(compiler, mutant, bases)
        else:
            print("  no  seeds    reached     caught by  what is wrong")
            work = lambda mutant: check(compiler, mutant, arguments)

        def work_and_clean(mutant):
            try:
                return work(mutant)
            finally:
                if not arguments.mutant:
                    shutil.rmtree(mutant.folder, ignore_errors=True)

        survivors = 0
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for lines, good in pool.map(work_and_clean, chosen):
                print(*lines, sep="\n", flush=True)
                survivors += not good
    print(f"{len(chosen)} of {len(mutants)} mutants, {len(chosen) - survivors} reached and caught, {survivors} not, in {time.monotonic() - start:.0f} s")
    sys.exit(BROKEN if survivors else 0)


if __name__ == "__main__":
    main()
