"""The key that the venue's computer and a desk's agent share. Who has it may capture, and nobody else can read along.

On the desk's own PC requests and answers are signed with it (HMAC-SHA256). Over the venue's network they travel through
TLS besides, whose certificate both sides work out from the same key, so that there is nothing more to hand over
(docs/adr/0012).
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

from devices.errors import ConfigurationError

SECRET_BYTES = 16
_CHECK_LETTERS = 2
_GROUP = 4
_ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_AUTHORITY, _AGENT = "kaodian-pairing", "kaodian-agent"


@dataclass(frozen=True, slots=True)
class PairingKey:
    """128 random bits."""

    secret: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The key as people copy it: seven groups of four letters and digits, the last two of them for checking.

        >>> PairingKey(bytes(16)).text
        'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAEX'
        """
        letters = base64.b32encode(self.secret).decode().rstrip("=") + _check(self.secret)
        return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))

    def sign(self, *parts: str | bytes) -> str:
        """Return the signature of the parts in this order, hexadecimal."""
        mac = hmac.new(self.secret, digestmod=hashlib.sha256)
        for part in parts:
            content = part.encode() if isinstance(part, str) else part
            mac.update(len(content).to_bytes(8, "big") + content)
        return mac.hexdigest()

    def has_signed(self, signature: str, *parts: str | bytes) -> bool:
        """Tell whether this is the signature of the parts; takes the same time for every wrong one."""
        return hmac.compare_digest(self.sign(*parts).encode(), signature.encode())

    def is_text(self, text: str) -> bool:
        """Tell whether somebody shows this very key; takes the same time for every wrong one."""
        return hmac.compare_digest(self.text.encode(), text.strip().encode())

    def certificate(self) -> tuple[bytes, bytes]:
        """Return the agent's certificate and its private key, PEM."""
        private = self._private_key()
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        key = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        return _certificate(private, _AGENT, is_authority=False), key

    def authority(self) -> bytes:
        """Return the certificate, PEM, by which `certificate` is recognised: everybody who has the key can make it."""
        return _certificate(self._private_key(), _AUTHORITY, is_authority=True)

    def _private_key(self) -> ec.EllipticCurvePrivateKey:
        raw = HKDF(hashes.SHA256(), 48, salt=None, info=b"kaodian agent tls").derive(self.secret)
        return ec.derive_private_key(1 + int.from_bytes(raw, "big") % (_ORDER_P256 - 1), ec.SECP256R1())


def new_key() -> PairingKey:
    """Return a fresh key."""
    return PairingKey(secrets.token_bytes(SECRET_BYTES))


def parse_key(text: str) -> PairingKey:
    """Return the key that somebody typed; case, spaces and dashes do not matter.

    Raises:
        ConfigurationError: a letter is wrong or missing.
    """
    letters = "".join(text.upper().replace("-", " ").split())
    try:
        secret = base64.b32decode(letters[:-_CHECK_LETTERS] + "=" * 6)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES or PairingKey(secret).text.replace("-", "") != letters:
        raise ConfigurationError("the pairing key has a typing mistake; `python -m devices pair` shows it again")
    return PairingKey(secret)


def _check(secret: bytes) -> str:
    return base64.b32encode(hashlib.sha256(b"kaodian" + secret).digest()).decode()[:_CHECK_LETTERS]


def _certificate(private: ec.EllipticCurvePrivateKey, name: str, *, is_authority: bool) -> bytes:
    """Return a certificate that says what the key says already; it is a form that TLS demands."""
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(_AUTHORITY))
        .public_key(private.public_key())
        .serial_number(1 if is_authority else 2)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))  # desk PCs without a network have wrong clocks
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
