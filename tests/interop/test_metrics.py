"""The dashboard's queries and the alert rules at a real Prometheus, with real calls."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interop import alert_rules
from tests.interop.centre import Centre
from tests.interop.operators import QuickOperator
from tests.interop.processes import Process, program
from tests.interop.prometheus import Prometheus, queries
from tests.interop.sipp import Callers
from tests.interop.test_sipp import trunk
from tests.support.net import free_port, fresh_host

RULES = Path(__file__).parents[2] / "ekc_console/server/metrics/files/ekc-alerts.yml"


@pytest.fixture
async def prometheus(tmp_path: Path) -> AsyncIterator[Prometheus]:
    one = Prometheus(tmp_path / "monitoring")
    yield one
    await one.stop()


async def ready_to_read(centre: Centre, prometheus: Prometheus) -> None:
    config = str(centre.folder / "ekc.yaml")
    await centre.command("server", "dashboards", str(prometheus.shipped), "--config", config)
    said = await centre.command("server", "metrics", "add", "prometheus", "--config", config)
    key = prometheus.shipped / "ekc.key"
    key.write_text(said.split()[-1], "utf-8")


class Encrypted:
    """A server that is asked over TLS, by the authority that ``ekc tls make`` has made."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.host = folder, fresh_host()
        folder.mkdir()
        self.port = free_port(self.host)

    async def start(self) -> dict[str, Any]:
        """Its entry in ``scrape_configs``."""
        ekc = str(Path(sys.executable).with_name("ekc"))
        tls = self.folder / "tls"
        await _done(
            ekc,
            "tls",
            "make",
            "--dir",
            str(tls),
            "--host",
            self.host,
            "--host",
            "127.0.0.1",
            log=self.folder / "tls.out",
        )
        document = {
            "server": {"host": self.host, "port": self.port, "data_dir": str(self.folder / "d")},
            "tls": {
                "certificate": str(tls / "server.pem"),
                "key": str(tls / "server-key.pem"),
                "ca": str(tls / "ca.pem"),
            },
        }
        config = self.folder / "ekc.yaml"
        config.write_text(yaml.safe_dump(document), "utf-8")
        said = await _done(
            ekc, "server", "metrics", "add", "p", "--config", str(config),
            log=self.folder / "key.out",
        )  # fmt: skip
        (self.folder / "key").write_text(said.split()[-1], "utf-8")
        self.process = await Process.start(
            sys.executable, "-m", "tests.support.simulated_server", str(self.folder / "outside"),
            "--config", str(config), log=self.folder / "out", cwd=RULES.parents[4],
        )  # fmt: skip
        await self.process.says("Сервер готов", 60)
        return {
            "job_name": "encrypted",
            "scheme": "https",
            "tls_config": {"ca_file": str(tls / "ca.pem")},
            "authorization": {"credentials_file": str(self.folder / "key")},
            "static_configs": [{"targets": [f"{self.host}:{self.port}"]}],
        }


async def _done(*command: str, log: Path) -> str:
    process = await Process.start(*command, log=log)
    assert await process.ends(60) == 0, process.text
    return process.text


async def test_no_query_of_the_dashboard_is_empty_and_the_main_alerts_fire(
    tmp_path: Path, open_centre: Any, prometheus: Prometheus
) -> None:
    network, nowhere = fresh_host(), fresh_host()
    lost = {
        "name": "lost", "mode": "register", "registrar": f"{nowhere}:5060", "user": "u",
        "password": "p",
    }  # fmt: skip
    centre: Centre = await open_centre([trunk(network), lost])
    encrypted = Encrypted(tmp_path / "encrypted")
    try:
        await ready_to_read(centre, prometheus)
        await prometheus.start([await encrypted.start()])
        await prometheus.until_told('up{job="ekc"} == 1')
        await prometheus.until_told('up{job="encrypted"} == 1')
        assert (await prometheus.until_fires("EkcTrunkDown"))["trunk"] == "lost"
        callers = Callers(
            host=network, target=centre.sip_address, calls=6, per_s=2.0, together=6, keys="1"
        )
        waiting = asyncio.create_task(callers.run(tmp_path / "sipp"))
        labels = await prometheus.until_fires("EkcNobodyServes")
        assert labels["queue"] == "appointments"
        desks = [await centre.operator(f"operator{n}") for n in range(2)]
        work = [asyncio.create_task(QuickOperator(desk, talk_s=1.0).run()) for desk in desks]
        try:
            result = await waiting
            assert result.failed == 0, result.text
            for query in queries(prometheus.shipped / "ekc-dashboard.json"):
                await prometheus.until_told(query)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        await prometheus.until_told("sum(ekc_queue_answered_total) == 6")
        await encrypted.process.stop()
        await centre.stop()
        await prometheus.until_fires("EkcDown")
    finally:
        if hasattr(encrypted, "process"):
            await encrypted.process.stop()


async def test_every_rule_fires_when_it_should_and_not_before(tmp_path: Path) -> None:
    names = {
        rule["alert"]
        for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]
        for rule in group["rules"]
    }
    assert set(alert_rules.COURSES) == names
    given = tmp_path / "tests.yml"
    given.write_text(yaml.safe_dump(alert_rules.document(str(RULES))), "utf-8")
    await _done(program("promtool"), "test", "rules", str(given), log=tmp_path / "promtool.out")
