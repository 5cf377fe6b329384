"""``ekc server openapi``, and the page about the API beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.server.resources.table import RESOURCES
from ekc_console.wire.messages import PROTOCOL

PAGE = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")


def test_the_document_is_printed() -> None:
    printed = CliRunner().invoke(main, ["server", "openapi"])
    assert printed.exit_code == 0
    document = json.loads(printed.stdout)
    assert document["paths"]["/api/v1/calls"]["get"]["parameters"]
    assert document["components"]["schemas"]["Card"]["properties"]["disposition"]


def test_the_page_names_every_resource_and_the_version_of_now() -> None:
    table = {path for path in re.findall(r"`(/[\w/{}]+)`", PAGE) if not path.startswith("/api")}
    assert table == {resource.path for resource in RESOURCES}
    assert f'\\"protocol\\":{PROTOCOL}' in PAGE
