"""``ekc tls``: the server's certificate, made and checked."""

from __future__ import annotations

import datetime
import socket
from pathlib import Path

import click

from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.errors import EkcError


@click.group("tls")
def command() -> None:
    """Сертификат сервера: сделать свой, проверить заданный."""


@command.command("make")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tls"),
    show_default=True,
    help="Папка для файлов; центр, который там уже есть, подпишет и новый сертификат.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    help="Имя или адрес, по которому сервер находят консоли и телефоны; можно несколько раз. "
    "По умолчанию — имя этой машины, localhost и 127.0.0.1.",
)
def make(folder: Path, hosts: tuple[str, ...]) -> None:
    """Сделать свой центр сертификации и сертификат сервера (на 27 месяцев).

    Повторный запуск в той же папке продлевает сертификат: центр остаётся, рабочие места трогать
    не нужно.
    """
    from ekc_console.server.start import certificates

    names = hosts or (socket.gethostname(), "localhost", "127.0.0.1")
    now = datetime.datetime.now(datetime.UTC)
    for path in certificates.make(folder, list(dict.fromkeys(names)), now):
        click.echo(f"Записан {path}")
    here = folder.resolve()
    click.echo(
        "\nВ настройки сервера:\n"
        "tls:\n"
        f"  certificate: {here / certificates.CERTIFICATE}\n"
        f"  key: {here / certificates.KEY}\n"
        f"  ca: {here / certificates.AUTHORITY}\n"
        f"\nНа каждое рабочее место: {certificates.AUTHORITY} как ~/.config/ekc/ca.pem, и адрес "
        f"https://{names[0]}:8122.\n"
        f"Файл {certificates.AUTHORITY_KEY} нужен только для продления: уберите его с сервера."
    )


@command.command("check")
@config_option
def check(config_file: Path | None) -> None:
    """Проверить сертификат из настроек: ключ, срок, имена."""
    from ekc_console.server.start import certificates, startup

    config = read_config(config_file)
    now = datetime.datetime.now(datetime.UTC)
    certificate = startup.checked_certificate(config, now)
    if certificate is None:
        raise EkcError(
            "В настройках нет tls.certificate: связь не шифруется.",
            "Сделать сертификат: ekc tls make; свои настройки назовите ключом --config.",
        )
    startup.line_access(config)
    startup.engine_tls(config, certificate)
    days = certificate.left_days(now)
    click.echo(f"Сертификат для: {', '.join(certificate.names)}")
    click.echo(f"Действует до {certificate.expires:%d.%m.%Y}, дней: {days}")
    if days < certificates.EXPIRES_SOON_DAYS:
        click.secho("Пора продлевать: ekc tls make в папке своего центра.", fg="yellow")
    click.echo(f"Консоли: {'https' if config.https else 'http'}")
    media = "SRTP" if config.operator_srtp else "RTP без шифрования"
    click.echo(f"Телефоны операторов: {config.operator_transport.upper()}, {media}")
