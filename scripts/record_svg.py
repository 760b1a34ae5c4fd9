#!/usr/bin/env python3
"""Makes an animated picture of looks at a terminal.

usage: record_svg.py FOLDER

FOLDER holds `frame-0001`, `frame-0002` and so on: the lines of the screen at each look. Each text is in the picture once for each time that it comes and goes, with when that was; the picture
begins again when it is over.
"""
import html
import pathlib
import sys

TYPED = 0.07  # Seconds that a look lasts when little has changed since the one before.
READ = 1.3  # And when there is something to read.
LAST = 5.0  # The last one stays.
CELL = (8.4, 18)
DIVIDER = "│"


def times(frames):
    """When each look begins, and when the last one is over."""
    begins, now = [], 0.0
    for index, frame in enumerate(frames):
        begins.append(now)
        following = frames[index + 1] if index + 1 < len(frames) else None
        changed = 0 if following is None else sum(1 for one, other in zip(frame, following) if one != other)
        now += LAST if following is None else READ if changed > 1 else TYPED
    return begins, now


def stays(frames, begins, end):
    """(row, column, text, from, to) of everything that was shown; what stands on both sides of a divider comes and goes for itself."""
    rows = max(len(frame) for frame in frames)
    for row in range(rows):
        for side in (0, 1):
            shown, since = (0, ""), 0.0
            for frame, begin in zip(frames + [[]], begins + [end]):
                left, _, right = (frame[row] if row < len(frame) else "").partition(DIVIDER)
                text = (len(left) + 1 if side else 0, (right if side else left).rstrip())
                if text != shown:
                    if shown[1]:
                        yield row, *shown, since, begin
                    shown, since = text, begin


def divided(frames, begins, end):
    """The column of the divider, from when it is there, and until when."""
    there = [(frame[0].index(DIVIDER), begin) for frame, begin in zip(frames, begins) if frame and DIVIDER in frame[0]]
    gone = next((begin for frame, begin in zip(frames, begins) if there and begin > there[-1][1]), end)
    return (*there[0], gone) if there else None


def during(since, until, end):
    """What shows an element from one moment to another. What is there at the end stands there when nothing moves, too."""
    if until < end:
        return "", f'<set attributeName="visibility" to="visible" begin="t.begin+{since:.2f}s" dur="{until - since:.2f}s"/>'
    return ' style="visibility:visible"', f'<set attributeName="visibility" to="hidden" begin="t.begin" dur="{since:.2f}s"/>' if since > 0 else ""


def picture(frames):
    """The picture as text."""
    begins, end = times(frames)
    width = max(len(line) for frame in frames for line in frame) * CELL[0] + 20
    height = max(len(frame) for frame in frames) * CELL[1] + 20
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
    yield "<title>px demo --panes: two people chat, the primary is killed, and they go on</title>"
    yield "<style>line{stroke:#555;visibility:hidden}text{font:14px ui-monospace,Menlo,Consolas,monospace;fill:#ddd;white-space:pre;visibility:hidden}</style>"
    yield f'<rect width="100%" height="100%" rx="6" fill="#1b1d23"><animate id="t" attributeName="x" from="0" to="0" begin="0s;t.end" dur="{end:.2f}s"/></rect>'
    if (divider := divided(frames, begins, end)) is not None:
        column, since, until = divider
        style, animation = during(since, until, end)
        yield f'<line x1="{10 + (column + 0.5) * CELL[0]:.1f}" x2="{10 + (column + 0.5) * CELL[0]:.1f}" y1="10" y2="{height - 10:.0f}"{style}>{animation}</line>'
    for row, column, text, since, until in stays(frames, begins, end):
        column += len(text) - len(text.lstrip())
        shown = text.lstrip()
        style, animation = during(since, until, end)
        place = f'x="{10 + column * CELL[0]:.1f}" y="{10 + row * CELL[1] + 13}" textLength="{len(shown) * CELL[0]:.1f}"'
        yield f"<text {place}{style}>{html.escape(shown, quote=False)}{animation}</text>"
    yield "</svg>"


def main():
    folder = pathlib.Path(sys.argv[1])
    frames = []
    for path in sorted(folder.glob("frame-*")):
        lines = path.read_text(encoding="utf-8").split("\n")
        while lines and not lines[-1].strip():
            lines.pop()
        if not frames or lines != frames[-1]:
            frames.append(lines)
    print("\n".join(picture(frames)))


if __name__ == "__main__":
    main()
