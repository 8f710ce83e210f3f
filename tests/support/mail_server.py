"""A mail server on this computer, with or without TLS, that keeps what it was told; and certificates for it."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import Message
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path, name: str) -> Path:
    """A certificate that vouches for itself, of a server with this name, and its key; one file for both."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(written + made.public_bytes(pem))
    return path


@dataclass
class Heard:
    """What the server was told; `clear`: every line that came without TLS."""

    messages: list[Message] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    clear: list[str] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    """Just enough of SMTP."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        secure = server.from_the_start
        if secure and not self._secure(server):
            return
        self._say("220 proef")
        for line in iter(self._line, ""):
            server.heard.lines.append(line)
            if not secure:
                server.heard.clear.append(line)
            command = line.upper().partition(" ")[0]
            if command == "EHLO":
                offers = [*(["STARTTLS"] if server.context and not secure else []), "AUTH PLAIN LOGIN"]
                self._say(*[f"250-{one}" for one in ["proef", *offers][:-1]], f"250 {offers[-1]}")
            elif command == "STARTTLS":
                self._say("220 toe maar")
                secure = self._secure(server)
                if not secure:
                    return
            elif command == "AUTH":
                self._say(f"{server.auth_answer} {line}")  # a spiteful server says back what it was told
            elif command == "DATA":
                self._say("354 toe maar")
                server.heard.messages.append(message_from_string("\n".join(iter(self._line, "."))))
                self._say("250 goed")
            else:
                self._say("221 dag" if command == "QUIT" else "250 goed")
                if command == "QUIT":
                    return

    def _line(self) -> str:
        try:
            return self.rfile.readline().decode().rstrip("\r\n")
        except OSError:
            return ""

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _secure(self, server: _Server) -> bool:
        assert server.context is not None
        try:
            self.connection = server.context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):  # the other side hung up
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: ssl.SSLContext | None, from_the_start: bool, auth_answer: str) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.heard, self.context, self.from_the_start, self.auth_answer = Heard(), context, from_the_start, auth_answer


@contextmanager
def mail_server(
    certified: Path | None = None, *, from_the_start: bool = False, auth_answer: str = "235"
) -> Iterator[tuple[int, Heard]]:
    """Serve: the port, and what is heard. With a certificate TLS is offered, or (mail's port 465) is all there is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certified else None
    if context and certified:
        context.load_cert_chain(certified)
    with _Server(context, from_the_start, auth_answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1], server.heard
        finally:
            server.shutdown()
