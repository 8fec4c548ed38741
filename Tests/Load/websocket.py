"""A WebSocket client (RFC 6455) that costs little, for loads of thousands. Standard library alone."""
import asyncio, base64, os, re, struct

MASK = b"\0\0\0\0"


class Closed(Exception):
    """The server has closed: with a code and a reason, or 1006 where the connection just ended."""

    def __init__(self, code, reason=""):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Client:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @staticmethod
    async def open(port, path, limit=1 << 20, sock=None):
        where = {"sock": sock} if sock else {"host": "127.0.0.1", "port": port}
        reader, writer = await asyncio.open_connection(limit=limit, **where)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            raise Closed(1006, head.decode(errors="replace"))
        return Client(reader, writer)

    def send(self, text, opcode=1):
        data = text.encode() if isinstance(text, str) else text
        size = len(data)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
        self.writer.write(bytes([0x80 | opcode]) + length + MASK + data)

    async def receive(self):
        """The next text message, as bytes."""
        while True:
            try:
                first, size = await self.reader.readexactly(2)
                if size == 126:
                    size = int.from_bytes(await self.reader.readexactly(2), "big")
                elif size == 127:
                    size = int.from_bytes(await self.reader.readexactly(8), "big")
                data = await self.reader.readexactly(size) if size else b""
            except (asyncio.IncompleteReadError, ConnectionError):
                raise Closed(1006)
            opcode = first & 15
            if opcode == 1:
                return data
            if opcode == 9:
                self.send(data, 10)
            if opcode == 8:
                raise Closed(int.from_bytes(data[:2], "big") if data else 1005, data[2:].decode())

    def abort(self):
        self.writer.transport.abort()


async def get(port, path):
    """The body of a plain GET."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n\r\n")[2].decode()


async def metric(port, series):
    """The value of one series of /metrics; 0 where there is none yet."""
    found = re.search("^" + re.escape(series) + r" (\S+)$", await get(port, "/metrics"), re.M)
    return float(found.group(1)) if found else 0.0
