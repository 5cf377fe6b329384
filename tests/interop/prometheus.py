"""A real Prometheus that reads a centre by the files that we ship."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from tests.interop.processes import Process, program
from tests.support.net import free_port, fresh_host

START_S = 30.0
SEEN_S = 40.0
"""A scrape, an evaluation and a rate over two scrapes are over by then."""
_VARIABLES = {"$instance": ".*", "$queue": ".*", "$__rate_interval": "20s"}
"""As Grafana fills them in when everything is chosen."""


@dataclass
class Prometheus:
    """``start``, ask, ``stop``. ``shipped``: a folder of ``ekc server dashboards`` with its key."""

    shipped: Path
    process: Process | None = None
    url: str = ""

    async def start(self, more: list[dict[str, Any]] | None = None) -> None:
        """``more``: further targets, as in ``scrape_configs``. What is asked every 15 s is asked
        every second, and an alert that is to last is one at once: that it lasts is promtool's."""
        config = self.shipped / "prometheus.yml"
        document = yaml.safe_load(config.read_text("utf-8"))
        document["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        document["scrape_configs"] += more or []
        config.write_text(yaml.safe_dump(document), "utf-8")
        rules = self.shipped / "ekc-alerts.yml"
        text = re.sub(r"^(\s+for:) .*$", r"\1 1s", rules.read_text("utf-8"), flags=re.MULTILINE)
        rules.write_text(text, "utf-8")
        await self._sound(config)
        address = (host := fresh_host()) + f":{free_port(host)}"
        self.url = f"http://{address}"
        self.process = await Process.start(
            program("prometheus"), f"--config.file={config}", f"--web.listen-address={address}",
            f"--storage.tsdb.path={self.shipped / 'data'}",
            log=self.shipped / "prometheus.log",
        )  # fmt: skip
        await self.process.says("Server is ready to receive web requests", START_S)

    async def _sound(self, config: Path) -> None:
        done = await Process.start(
            program("promtool"), "check", "config", str(config), log=self.shipped / "promtool.log"
        )
        assert await done.ends(20) == 0, done.text

    async def stop(self) -> None:
        if self.process is not None:
            await self.process.stop()

    async def ask(self, query: str) -> list[Any]:
        """Result of an instant query."""
        data = await self._get("query", query=query)
        return list(data["result"])

    async def until_told(self, query: str) -> list[Any]:
        """Once there is a result."""
        found: list[Any] = []
        try:
            async with asyncio.timeout(SEEN_S):
                while not (found := await self.ask(query)):  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
        except TimeoutError:
            raise AssertionError(f"empty: {query}") from None
        return found

    async def until_fires(self, alert: str) -> dict[str, str]:
        """Labels of the alert."""
        (first, *_) = await self.until_told(f'ALERTS{{alertname="{alert}",alertstate="firing"}}')
        labels: dict[str, str] = first["metric"]
        return labels

    async def _get(self, what: str, **query: str) -> Any:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.url}/api/v1/{what}", params=query) as answer,
        ):
            told = await answer.json()
            assert told["status"] == "success", told
            return told["data"]


def queries(dashboard: Path) -> list[str]:
    """Every query of a dashboard, its variables filled in."""
    panels = json.loads(dashboard.read_text("utf-8"))["panels"]
    found = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    for name, value in _VARIABLES.items():
        found = [query.replace(name, value) for query in found]
    return found
