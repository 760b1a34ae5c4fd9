"""One client connection as Wire/PROTOCOL.md describes it, written from that page alone."""
import os
import socket
import struct

NO_SESSION = bytes(16)
LIFETIME = 120000
TABLE = []
for number in range(256):
    value = number
    for _ in range(8):
        value = (value >> 1) ^ 0x82F63B78 if value & 1 else value >> 1
    TABLE.append(value)


def checksum(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 255] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def text(value):
    value = value if isinstance(value, bytes) else value.encode()
    return struct.pack(">I", len(value)) + value


class Client:
    def __init__(self, address, timeout=10):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.group, self.sequence, self.tag, self.buffer, self.log_time = 0, 0, 0, b"", 0
        self.session = os.urandom(16)
        self.socket.sendall(self.frame(b"W", b"PAXSHARD" + struct.pack(">HHB", 4, 4, 1) + bytes(16 + 2 + 2 + 32)))
        kind, body = self.read()
        if kind != b"W":
            raise OSError("refused: %r" % body)
        self.group = struct.unpack(">H", body[29:31])[0]

    def frame(self, kind, body):
        head = kind + b"\0" + struct.pack(">H", self.group)
        return struct.pack(">I", len(body) + 8) + head + struct.pack(">I", checksum(head + body)) + body

    def exact(self, count):
        while len(self.buffer) < count:
            more = self.socket.recv(65536)
            if not more:
                raise OSError("closed")
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def read(self):
        frame = self.exact(struct.unpack(">I", self.exact(4))[0])
        return frame[:1], frame[8:]

    def request(self, session, sequence, previous, below, expiry, command):
        return self.frame(b"C", session + struct.pack(">qqqq", sequence, previous, below, expiry) + text(command))

    def reply(self):
        kind, body = self.read()
        if kind != b"R":
            raise OSError("refused: %r" % body)
        _, sequence, status, _, self.log_time, count = struct.unpack(">16sqBqqI", body[:45])
        return sequence, status, body[45:45 + count]

    def ask(self, command):
        self.tag += 1
        self.socket.sendall(self.request(NO_SESSION, self.tag, 0, 0, 0, command))
        return self.reply()[1:]

    def hear_log_time(self):
        status, payload = self.ask(b"\x84")
        if status:
            raise OSError("no status: %d %r" % (status, payload))

    # Behind none that came before: for rooms that get one message each.
    def post_frame(self, room, author, what, below):
        self.sequence += 1
        command = b"\x02" + text(room) + text(author) + text(what)
        return self.request(self.session, self.sequence, 0, below, self.log_time + LIFETIME, command)
