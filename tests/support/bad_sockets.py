"""Servers that do to a connection what lines and broken servers do."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Treat = Callable[[socket.socket, threading.Event], None]


@contextmanager
def listening(treat: Treat) -> Iterator[int]:
    """Treat every connection like this, each in a thread; give the port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        thread = threading.Thread(target=_accept, args=(server, treat, over))
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            over.set()
            thread.join(10)


def _accept(server: socket.socket, treat: Treat, over: threading.Event) -> None:
    treating = []
    while not over.is_set():
        try:
            line, _address = server.accept()
        except TimeoutError:
            continue
        treating.append(threading.Thread(target=_treat, args=(line, treat, over)))
        treating[-1].start()
    for thread in treating:
        thread.join(10)


def _treat(line: socket.socket, treat: Treat, over: threading.Event) -> None:
    with line:
        line.settimeout(10)
        try:
            treat(line, over)
        except OSError:
            pass  # the other side has had enough


def reset(line: socket.socket, _over: threading.Event) -> None:
    """Read a little and reset the connection."""
    line.recv(1000)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(line: socket.socket, _over: threading.Event) -> None:
    """Begin an answer and end in the middle of it."""
    line.recv(100_000)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")


def dribble(line: socket.socket, over: threading.Event) -> None:
    """Send a header now and then, for ever: every read succeeds, and nothing comes of it."""
    line.recv(100_000)
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.05):
        line.sendall(b"X-Patience: 1\r\n")


def dribble_body(line: socket.socket, over: threading.Event) -> None:
    """The same with the body."""
    line.recv(100_000)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        line.sendall(b" ")


def speak_nonsense(line: socket.socket, _over: threading.Event) -> None:
    """Be no web server at all."""
    line.recv(100_000)
    line.sendall(b"220 mail.example ready\r\n")


def certificate(folder: Path, host: str = "127.0.0.1", days: int = 2) -> tuple[Path, Path]:
    """Return files of a certificate that signs itself, and of its key. `days` below zero: it has expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "region.test")])
    import ipaddress

    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, secret = folder / "region.crt", folder / "region.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*pem))
    return public, secret


def answering_over_tls(files: tuple[Path, Path], answer: bytes) -> Treat:
    """Answer every request over TLS with these bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    def treat(line: socket.socket, _over: threading.Event) -> None:
        with context.wrap_socket(line, server_side=True) as safe:
            asked = b""
            while not asked.endswith(b"{}"):  # the body of what the test sends
                asked += safe.recv(100_000)
            safe.sendall(answer)

    return treat
