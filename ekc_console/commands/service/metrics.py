"""``ekc server metrics`` and ``ekc server dashboards``: what Prometheus and Grafana need."""

from __future__ import annotations

import time
from importlib.resources import files
from pathlib import Path

import click

from ekc_console.commands.admin.store import make_store, open_store
from ekc_console.commands.service.files import folder_argument, force_option, write_out
from ekc_console.commands.shared.address import host_and_port, scheme
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.config import Config
from ekc_console.domain.terms.localtime import said

KEY_FILE = "ekc.key"


@click.group("metrics")
def command() -> None:
    """Ключи, с которыми Prometheus читает /metrics."""


@command.command("add")
@click.argument("name")
@config_option
def add(name: str, config_file: Path | None) -> None:
    """Сделать ключ NAME и напечатать его.

    Ключ показан один раз: в базе остаётся только его отпечаток. Он открывает /metrics и больше
    ничего; там нет ни имён, ни номеров.
    """
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.store.people import monitors, sessions

    token = sessions.new_token()
    with make_store(read_config(config_file)) as database:
        write_noted(
            database,
            lambda conn: monitors.add(conn, name, token, time.time()),
            entry("monitor", name, reason="add"),
        )
    click.echo(f"Ключ «{name}» сделан и показан один раз. Сохраните его в {KEY_FILE}:", err=True)
    click.echo(token)


@command.command("list")
@config_option
def list_(config_file: Path | None) -> None:
    """Какие ключи есть."""
    from ekc_console.commands.shared.tables import print_table
    from ekc_console.server.store.people import monitors

    config = read_config(config_file)
    with open_store(config) as database:
        found = database.read_now(monitors.every)
    rows = [(one.name, said(one.created_at, config.zone, "%d.%m.%Y")) for one in found]
    print_table(("Ключ", "Сделан"), rows, empty="Ключей нет.")


@command.command("remove")
@click.argument("name")
@config_option
def remove(name: str, config_file: Path | None) -> None:
    """Отозвать ключ NAME: со следующего запроса он не годится."""
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.store.people import monitors

    with open_store(read_config(config_file)) as database:
        write_noted(
            database,
            lambda conn: monitors.remove(conn, name),
            entry("monitor", name, reason="remove"),
        )
    click.echo(f"Ключ «{name}» отозван.")


@click.command("dashboards")
@folder_argument
@force_option
@config_option
def dashboards(folder: Path, force: bool, config_file: Path | None) -> None:
    """Записать в FOLDER панель Grafana, правила оповещений и настройку Prometheus.

    ekc-dashboard.json — в Grafana через «Импорт»; ekc-alerts.yml и prometheus.yml — Prometheus,
    рядом с ними ключ в файле ekc.key (ekc server metrics add).
    """
    texts = _texts(read_config(config_file))
    for path in write_out(folder, texts, force=force):
        click.echo(path)


def _texts(config: Config) -> dict[str, str]:
    """By the name of the file; the address of the server is filled in."""
    where = {"@TARGET@": host_and_port(config), "@SCHEME@": scheme(config)}
    texts = {}
    for file in (files("ekc_console.server.metrics") / "files").iterdir():
        text = file.read_text(encoding="utf-8")
        for name, value in where.items():
            text = text.replace(name, value)
        texts[file.name] = text
    return texts
