"""What mutants are made from: a copy of the sources, and of the product's own build when there is one. For scripts/mutants.py."""
import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATCHES = ROOT / "tests/Mutants"
COPIED = ["Wire", "Hashing", "Replica", "Master", "ChatClient", "tests/Simulator", "tests/Benchmarks", "tests/Unit"]
COPIED_FILES = ["Directory.Build.props", "tests/Directory.Build.props", "Directory.Packages.props", ".editorconfig", "global.json", "PaxosShard.sln"]
RUN = [pathlib.Path("tests/Simulator"), pathlib.Path("tests/Unit")]  # The projects that catch mutants.
COUNTER = pathlib.Path("Wire/Mutant.cs")  # Where the copy counts how often a wrong branch is taken.
COMPILED = "obj/Release/net10.0"
BUILT = "bin/Release/net10.0"
NOTE = "obj/compiler-command.txt"  # Written by tests/Mutants/CompilerCommand.targets: an argument of the compiler on each line.


def copy_sources(tree):
    """Brings a copy of the sources up to date; true when that changed anything."""
    wanted = {pathlib.Path(name): (ROOT / name).read_bytes() for name in COPIED_FILES}
    for copied in COPIED:
        for folder, folders, names in os.walk(ROOT / copied):
            folders[:] = [name for name in folders if name not in ("bin", "obj")]
            for name in names:
                file = pathlib.Path(folder, name)
                if file.suffix != ".md":
                    wanted[file.relative_to(ROOT)] = file.read_bytes()
    wanted[COUNTER] = (PATCHES / "Mutant.cs.txt").read_bytes()
    changed = False
    for folder, folders, names in os.walk(tree):
        folders[:] = [name for name in folders if name not in ("bin", "obj")]
        for name in names:
            file = pathlib.Path(folder, name)
            if file.relative_to(tree) not in wanted:
                file.unlink()
                changed = True
    for name, content in wanted.items():
        file = tree / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            changed = True
    return changed


def adopt(tree):
    """
    Copies the sources and the product's own build, so that nothing has to be built again: what mutants are made from differs from it by one class.
    False when it is not known how the product was compiled.
    """
    shutil.rmtree(tree, ignore_errors=True)
    copy_sources(tree)
    projects = [file.parent.relative_to(tree) for file in tree.rglob("*.csproj")]
    assemblies = [noted_assembly(project) for project in projects]
    if None in assemblies:
        return False
    for project in projects:
        shutil.copytree(ROOT / project / COMPILED, tree / project / COMPILED, ignore=shutil.ignore_patterns("ahead"))
        arguments = (ROOT / project / NOTE).read_text().replace(f"{ROOT}/", f"{tree}/").splitlines()
        if project == COUNTER.parent:
            arguments.append(COUNTER.name)
        (tree / project / NOTE).write_text("\n".join(arguments) + "\n")
    for project in RUN:
        shutil.copytree(ROOT / project / BUILT, tree / project / BUILT)
        for assembly in assemblies:
            # The plain assembly instead of one that was compiled ahead of time: that goes only with the assemblies that it was compiled with.
            if (tree / project / BUILT / assembly.name).exists():
                shutil.copyfile(assembly, tree / project / BUILT / assembly.name)
    return True


def noted_assembly(project):
    """The assembly that the compiler made of a project, if it did so by the noted command; else None."""
    note = ROOT / project / NOTE
    for argument in note.read_text().splitlines() if note.exists() else []:
        if argument.startswith("/out:"):
            assembly = ROOT / project / argument.removeprefix("/out:")
            is_current = assembly.exists() and assembly.stat().st_mtime_ns <= note.stat().st_mtime_ns
            return assembly if is_current and assembly.parent == ROOT / project / COMPILED else None
    return None
