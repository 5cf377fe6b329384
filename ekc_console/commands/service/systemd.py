"""``ekc server systemd``: the unit by which systemd keeps the server running."""

from __future__ import annotations

import pwd
import re
import sys
from pathlib import Path

import click

from ekc_console.commands.service.files import force_option, write_out
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.config import Config
from ekc_console.errors import EkcError

UNIT = "ekc.service"
_NOT_IN_A_UNIT = re.compile(r"""["'\\\x00-\x1f]""")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
_OF_THE_SYSTEM = (Path("/usr"), Path("/boot"), Path("/efi"), Path("/etc"))
"""Only to be read under ``ProtectSystem=full``."""

_TEXT = """\
# Сделано командой «ekc server systemd». Почему что указано: docs/administrator.md, «Чтобы работал
# всегда».
[Unit]
Description=EKC
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=notify
User={user}
EnvironmentFile=-/etc/ekc/secrets.env
ExecStart={command}
Restart=always
RestartSec=1
WatchdogSec=20
TimeoutStartSec=120
# Asterisk с разговорами живёт дольше сервера.
KillMode=process
OOMPolicy=continue
LimitNOFILE=65536
UMask=0077

# Серверу и Asterisk хватает своих папок и сети. Своей /tmp (PrivateTmp) быть не должно: она
# пропадёт у Asterisk, когда сервер запускается снова.
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=full
{folders}ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


@click.command("systemd")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--user", default="ekc", show_default=True, help="Под кем работает сервер.")
@force_option
@config_option
def command(folder: Path | None, user: str, force: bool, config_file: Path | None) -> None:
    """Записать в FOLDER службу systemd для этой установки; без FOLDER — напечатать.

    \b
    ekc server systemd /etc/systemd/system --config /etc/ekc/config.yaml
    systemctl daemon-reload
    systemctl enable --now ekc
    """
    config = read_config(config_file)
    if not _USER.fullmatch(user):
        raise EkcError(
            f"--user: «{user}» — не имя учётной записи Linux.",
            "Строчные латинские буквы, цифры, - и _, например ekc.",
        )
    if _home_of(user) is None:
        say(f"Учётной записи {user} на этой машине нет: useradd --system -m {user}.", fg="yellow")
    text = unit(_program(), config, config_file, user)
    if folder is None:
        click.echo(text, nl=False)
        return
    for path in write_out(folder, {UNIT: text}, force=force):
        click.echo(path)


def unit(program: list[str], config: Config, config_file: Path | None, user: str) -> str:
    """``program``: how this installation is called. Raises EkcError for a path that systemd takes
    in no way."""
    options = ["server", "--keep-calls"]
    if config_file is not None:
        options += ["--config", str(config_file.absolute())]
    read = [Path(program[0]), _home_of(user) or Path("/"), *_read_by(config)]
    read += [] if config_file is None else [config_file.absolute()]
    written = [config.data_dir, *(Path(report.folder) for report in config.reports)]
    command = [_quoted(program[0])]  # there alone systemd takes $ as it is
    command += [_quoted(word).replace("$", "$$") for word in (*program[1:], *options)]
    return _TEXT.format(user=user, command=" ".join(command), folders=_folders(read, written))


def _read_by(config: Config) -> list[Path]:
    tls, voice, server = config.tls, config.voice, config.server
    named = (
        tls.certificate, tls.key, tls.ca, tls.trunk_ca, voice.recorded_dir, server.scripts_dir
    )  # fmt: skip
    return [Path(name).expanduser() for name in named if name]


def _folders(read: list[Path], written: list[Path]) -> str:
    """Lines of the unit: nothing that the server reads or writes is hidden or closed."""
    lines = []
    if not any(_is_in(_HOMES, path) for path in (*read, *written)):
        lines.append("ProtectHome=yes\n")
    closed = [_quoted(f"-{path}") for path in written if _is_in(_OF_THE_SYSTEM, path)]
    if closed:
        lines.append(f"ReadWritePaths={' '.join(dict.fromkeys(closed))}\n")
    return "".join(lines)


def _is_in(folders: tuple[Path, ...], path: Path) -> bool:
    return any(one.is_relative_to(folder) for folder in folders for one in (path, path.resolve()))


def _program() -> list[str]:
    ekc = Path(sys.executable).with_name("ekc")
    return [str(ekc)] if ekc.exists() else [sys.executable, "-m", "ekc_console.cli"]


def _home_of(user: str) -> Path | None:
    """None: there is no such account."""
    try:
        return Path(pwd.getpwnam(user).pw_dir)
    except KeyError:
        return None


def _quoted(word: str) -> str:
    """As systemd.syntax(7) reads one. Raises EkcError."""
    if _NOT_IN_A_UNIT.search(word):
        raise EkcError(
            f"Такого пути systemd не примет: {word}.",
            "Перенесите в папку, имя которой без кавычек, \\ и переводов строки.",
        )
    word = word.replace("%", "%%")
    return f'"{word}"' if re.search(r"[\s;]", word) else word
