#!/usr/bin/env python3
"""Sums up what scripts/test.sh left in a folder: the slowest tests, the time of each stage, and then, as the last thing on the screen, what failed.

    scripts/test-results.py FOLDER

FOLDER holds the results of NUnit projects (*.trx), the output of other checks that failed (*.log), and `stages`: a name and seconds on each line.
"""
import pathlib
import sys
import xml.etree.ElementTree as tree

SLOWEST = 10
LINES_OF_A_MESSAGE = 10
PLACES_OF_A_TEST = 3
LINES_OF_A_CHECK = 30
LONGEST_LINE = 300
NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def seconds(duration):
    hours, minutes, rest = duration.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def lines_of(text):
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def indented(lines):
    """The lines, none of them too long."""
    return "\n".join(f"    {line[:LONGEST_LINE]}" for line in lines)


def essence(message, trace):
    """The head of a message, and the places in this project's sources where it came from."""
    places = dict.fromkeys(line.rsplit("/tests/", 1)[1] for line in lines_of(trace) if "/tests/" in line and ":line " in line)
    return indented([*lines_of(message)[:LINES_OF_A_MESSAGE], *(f"at tests/{place}" for place in list(places)[:PLACES_OF_A_TEST])])


def tests_of(file):
    """Name, seconds, outcome and what is known of a failure of each test of a result file."""
    root = tree.parse(file).getroot()
    classes = {
        test.get("id"): test.find(f"{NAMESPACE}TestMethod").get("className").split(",")[0].split(".")[-1]
        for test in root.iter(f"{NAMESPACE}UnitTest")
    }
    for result in root.iter(f"{NAMESPACE}UnitTestResult"):
        error = f"{NAMESPACE}Output/{NAMESPACE}ErrorInfo/{NAMESPACE}"
        failure = essence(result.findtext(error + "Message", ""), result.findtext(error + "StackTrace", ""))
        name = f"{file.stem}: {classes.get(result.get('testId'), '')}.{result.get('testName').split('.')[-1]}"
        yield name, seconds(result.get("duration", "0:0:0")), result.get("outcome"), failure


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
    # Whoever sees only the end of a log must see this: so that it stays short, what several tests have in common stands once.
    seen = {}
    for name, _, outcome, failure in tests:
        if outcome == "Passed":
            continue
        print(f"\nFAILED: {name}" if outcome == "Failed" else f"\nSKIPPED, which counts as failed: {name}")
        if failure:
            print(f"    as {seen[failure]}" if failure in seen else failure)
            seen.setdefault(failure, name)
    for file in sorted(folder.glob("*.log")):
        print(f"\nFAILED: {file.stem}")
        print(indented(lines_of(file.read_text(errors="replace"))[-LINES_OF_A_CHECK:]))


main(pathlib.Path(sys.argv[1]))
