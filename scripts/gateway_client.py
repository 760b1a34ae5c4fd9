#!/usr/bin/env python3
"""A client of a gateway that is no more than a socket.

  gateway_client.py ADDRESS LINE...                    sends the lines one after the other, and prints the answer to each
  gateway_client.py ADDRESS --append CLIENT KEY COUNT  appends CLIENT-0, to CLIENT-(COUNT-1), to a key, and prints every answer that is not Success
  gateway_client.py ADDRESS --append-until FILE CLIENT KEY  the same until there is a file of that name, and prints in the end how many it has appended

The address is HOST:PORT. Exit code 5 when there is no gateway, or it closes the connection."""

import itertools
import os
import socket
import sys


class Talk:
    """A connection to a gateway."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.stream = socket.create_connection((host, int(port)), timeout=120).makefile("rw", encoding="utf-8", newline="\n")

    def ask(self, line):
        """Sends a line and returns its answer."""
        self.stream.write(line + "\n")
        self.stream.flush()
        answer = self.stream.readline()
        if not answer.endswith("\n"):
            raise ConnectionError("the gateway closed the connection")
        return answer.rstrip("\n")

    def append(self, client, key, numbers):
        """Appends a token for each of some numbers, and returns how many there were."""
        count = 0
        for number in numbers:
            line = f"{client} | A | {key} | {client}-{number},"
            answer = self.ask(line)
            if answer != "Success":
                print(f"{line} -> {answer}")
            count += 1
        return count


def main(words):
    if len(words) < 2 or words[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    talk = Talk(words[0])
    if words[1] == "--append":
        client, key, count = words[2:]
        talk.append(client, key, range(int(count)))
    elif words[1] == "--append-until":
        end, client, key = words[2:]
        print(talk.append(client, key, itertools.takewhile(lambda _: not os.path.exists(end), itertools.count())))
    else:
        for line in words[1:]:
            print(talk.ask(line), flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as failure:
        print(f"{sys.argv[1]}: {failure}", file=sys.stderr)
        sys.exit(5)
