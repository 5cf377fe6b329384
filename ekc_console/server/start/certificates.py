"""Certificates of the server: making a private authority and its certificate, checking what is
given. X.509 by RFC 5280, names by RFC 6125 (subjectAltName only)."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ekc_console.errors import EkcError

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 825
"""Some clients refuse longer ones."""
KEY_BITS = 2048
"""RSA: the desk telephones of the last fifteen years know it."""
EXPIRES_SOON_DAYS = 21
_BACKDATED = datetime.timedelta(hours=1)
"""For clients whose clocks are a little behind."""

AUTHORITY, AUTHORITY_KEY = "ca.pem", "ca-key.pem"
CERTIFICATE, KEY = "server.pem", "server-key.pem"

_MAKE = "Сделать сертификат: ekc tls make."
_DAMAGED = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What reading a certificate raises when something in it is not as it was."""


class CertificateError(EkcError):
    """A certificate or its key cannot be used; the message names the file."""


# -- making --------------------------------------------------------------------


def make(folder: Path, hosts: Sequence[str], now: datetime.datetime) -> list[Path]:
    """A certificate for ``hosts`` (names and IP addresses), signed by the authority in ``folder``,
    which is made first when there is none. Returns the files written; keys have mode 600.

    Raises CertificateError; what stands there already is not overwritten, the server's own
    certificate and key are (that is how they are renewed).
    """
    names = [_general_name(host) for host in hosts]
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / AUTHORITY).exists():
            authority, authority_key = _authority(folder)
        else:
            authority, authority_key = _new_authority(now)
            _write(folder / AUTHORITY_KEY, _key_pem(authority_key), 0o600)
            _write(folder / AUTHORITY, _pem(authority), 0o644)
            written += [folder / AUTHORITY, folder / AUTHORITY_KEY]
        key = _new_key()
        certificate = _issue(hosts[0], names, key, authority, authority_key, now)
        _write(folder / KEY, _key_pem(key), 0o600)
        _write(folder / CERTIFICATE, _pem(certificate), 0o644)
    except OSError as error:
        raise CertificateError(
            f"{error.filename or folder}: не записывается: {error.strerror}.",
            "Выберите другую папку или дайте права на неё.",
        ) from None
    return [*written, folder / CERTIFICATE, folder / KEY]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        name = x509.DNSName(host.encode("idna").decode())
    except UnicodeError:
        name = None
    if name is None or not host or any(letter in host for letter in " /:@"):
        raise CertificateError(
            f"«{host}» — не имя узла и не адрес.",
            "Укажите, например, ekc.example.org или 10.0.0.5.",
        )
    return name


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _new_authority(now: datetime.datetime) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = _new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "EKC")])
    builder = _dated(now, AUTHORITY_DAYS).subject_name(name).issuer_name(name)
    builder = (
        builder.public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256()), key


def _issue(
    common_name: str,
    names: Sequence[x509.GeneralName],
    key: rsa.RSAPrivateKey,
    authority: x509.Certificate,
    authority_key: rsa.RSAPrivateKey,
    now: datetime.datetime,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _dated(now, CERTIFICATE_DAYS)
        .subject_name(subject)
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            # A trunk may ask for ours as a client's.
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(authority_key, hashes.SHA256())


def _dated(now: datetime.datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=not signs_certificates,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(folder: Path) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    certificate = _read_certificates(folder / AUTHORITY)[0]
    key = _read_key(folder / AUTHORITY_KEY)
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise CertificateError(
            f"{folder / AUTHORITY_KEY}: это не ключ от {AUTHORITY}.",
            "Положите рядом верный ключ или выберите пустую папку: будет новый центр.",
        )
    return certificate, key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    """Replaces the file whole; a key is never readable by others, not even for a moment."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    temporary.replace(path)


# -- checking --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that can be used, as :func:`read` found it."""

    names: tuple[str, ...]
    begins: datetime.datetime
    expires: datetime.datetime
    digest: str
    """SHA-256 of the file, hexadecimal."""

    def serves(self, host: str) -> bool:
        """Whether clients that call the server ``host`` will accept it."""
        wild = "*." + host.partition(".")[2]
        return any(name.lower() in (host.lower(), wild.lower()) for name in self.names)

    def left_days(self, now: datetime.datetime) -> int:
        return (self.expires - now).days

    def in_time(self, now: datetime.datetime) -> bool:
        return self.begins <= now <= self.expires


def check(certificate: Path, key: Path, now: datetime.datetime) -> Certificate:
    """As :func:`read`; raises CertificateError for one that is out of date, too."""
    found = read(certificate, key)
    if now > found.expires:
        raise CertificateError(
            f"{certificate}: срок вышел {found.expires:%d.%m.%Y}.",
            "Получите новый; свой продлевает команда ekc tls make.",
        )
    if now < found.begins:
        raise CertificateError(
            f"{certificate}: начнёт действовать {found.begins:%d.%m.%Y %H:%M} UTC.",
            "Проверьте часы этой машины.",
        )
    return found


def read(certificate: Path, key: Path) -> Certificate:
    """Raises CertificateError that names the file and the remedy: not readable, not PEM, damaged,
    of no use for connections, the key is for another one or can be read by others."""
    first = _read_certificates(certificate)[0]
    private = _read_key(key)
    try:
        ours = private.public_key() == first.public_key()
        names = _names(first)
    except _DAMAGED:
        raise CertificateError(f"{certificate}: сертификат повреждён.", _MAKE) from None
    if not ours:
        raise CertificateError(
            f"{key}: ключ не от сертификата {certificate}.",
            "Проверьте tls.certificate и tls.key: первым в файле должен стоять сертификат сервера.",
        )
    _require_usable(certificate, key)
    digest = hashlib.sha256(_read(certificate)).hexdigest()
    return Certificate(names, first.not_valid_before_utc, first.not_valid_after_utc, digest)


def _require_usable(certificate: Path, key: Path) -> None:
    """OpenSSL knows more reasons to refuse a pair than that it cannot be read."""
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        why = getattr(error, "reason", None) or error.strerror
        raise CertificateError(
            f"{certificate}: TLS-соединения с ним и с ключом {key} не примут: {why}.", _MAKE
        ) from None


def not_for(path: str, certificate: Certificate, host: str) -> CertificateError:
    """What to say of one that the clients of ``host`` will not accept."""
    return CertificateError(
        f"{path}: сертификат не для {host}, и телефоны операторов его не "
        f"примут. Он для: {', '.join(certificate.names) or 'никого'}.",
        f"Сделайте его для всех имён: ekc tls make --host {host} …",
    )


def read_authorities(path: Path) -> str:
    """The PEM text of authorities, as clients are given it. Raises CertificateError."""
    return "".join(_pem(one).decode() for one in _read_certificates(path))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(address) for address in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def _read_certificates(path: Path) -> list[x509.Certificate]:
    data = _read(path)
    try:
        return x509.load_pem_x509_certificates(data)
    except _DAMAGED:
        raise CertificateError(f"{path}: это не сертификат в формате PEM.", _MAKE) from None


def _read_key(path: Path) -> PrivateKeyTypes:
    data = _read(path)
    if path.stat().st_mode & 0o077:
        raise CertificateError(
            f"{path}: закрытый ключ могут прочитать другие пользователи.", f"chmod 600 {path}"
        )
    load: Callable[..., PrivateKeyTypes] = serialization.load_pem_private_key
    try:
        return load(data, password=None)
    except TypeError:
        raise CertificateError(
            f"{path}: ключ закрыт паролем.",
            f"Снимите пароль: openssl pkey -in {path} -out {path}.open; chmod 600 {path}.open",
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateError(f"{path}: это не ключ в формате PEM.", _MAKE) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateError(f"{path}: не читается: {error.strerror}.", _MAKE) from None
