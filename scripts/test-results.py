#!/usr/bin/env python3
"""Sums up what scripts/test.sh left in a folder: the slowest tests, the time of each stage, and then, as the last thing on the screen, what failed.

    scripts/test-results.py FOLDER

FOLDER holds the results of NUnit projects (*.trx), the output of other checks that failed (*.log), and `stages`: a name and seconds on each line.
"""
import pathlib
import sys
import xml.etree.ElementTree as tree

SLOWEST = 10
LINES_OF_A_TEST = 20
LINES_OF_A_CHECK = 30
LONGEST_LINE = 400
NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def seconds(duration):
    hours, minutes, rest = duration.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def cut(text, lines, from_end=False):
    """Some lines of a text, none of them too long, indented."""
    every = [line.rstrip()[:LONGEST_LINE] for line in text.splitlines() if line.strip()]
    kept = every[-lines:] if from_end else every[:lines]
    return "\n".join(f"    {line}" for line in kept)


def tests_of(file):
    """Name, seconds, outcome and message of each test of a result file."""
    root = tree.parse(file).getroot()
    classes = {
        test.get("id"): test.find(f"{NAMESPACE}TestMethod").get("className").split(",")[0].split(".")[-1]
        for test in root.iter(f"{NAMESPACE}UnitTest")
    }
    for result in root.iter(f"{NAMESPACE}UnitTestResult"):
        error = result.find(f"{NAMESPACE}Output/{NAMESPACE}ErrorInfo")
        message = "" if error is None else "\n".join(part.text or "" for part in error)
        name = f"{file.stem}: {classes.get(result.get('testId'), '')}.{result.get('testName').split('.')[-1]}"
        yield name, seconds(result.get("duration", "0:0:0")), result.get("outcome"), message


def main(folder):
    tests = [test for file in sorted(folder.glob("*.trx")) for test in tests_of(file)]
    if tests:
        print(f"== the slowest {SLOWEST} tests")
        for name, duration, _, _ in sorted(tests, key=lambda test: -test[1])[:SLOWEST]:
            print(f"{duration:7.1f} s  {name}")
    stages = folder / "stages"
    if stages.exists():
        print("\n== the stages")
        for line in stages.read_text().splitlines():
            name, duration = line.rsplit(" ", 1)
            print(f"{duration:>7} s  {name}")
    # Whoever sees only the end of a log must see this.
    for name, _, outcome, message in tests:
        if outcome != "Passed":
            print(f"\nFAILED: {name}" if outcome == "Failed" else f"\nSKIPPED, which counts as failed: {name}")
            print(cut(message, LINES_OF_A_TEST))
    for file in sorted(folder.glob("*.log")):
        print(f"\nFAILED: {file.stem}")
        print(cut(file.read_text(errors="replace"), LINES_OF_A_CHECK, from_end=True))


main(pathlib.Path(sys.argv[1]))
