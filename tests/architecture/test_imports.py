"""What a program loads, seen in a fresh interpreter: the contracts of import-linter cannot see
imports inside functions and those of other libraries."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def loaded(statement: str) -> set[str]:
    """Names of all modules after ``statement`` in an interpreter of its own."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


def with_prefix(modules: set[str], *prefixes: str) -> set[str]:
    return {m for m in modules if any(m == p or m.startswith(f"{p}.") for p in prefixes)}


def test_the_server_loads_no_console() -> None:
    modules = loaded("import ekc_console.server.app")
    assert "ekc_console.domain.router" in modules
    assert not with_prefix(
        modules, "textual", "ekc_console.client", "ekc_console.tui", "ekc_console.demo", "pjsua2"
    )


def test_the_console_loads_no_server() -> None:
    modules = loaded("import ekc_console.tui.shell.app, ekc_console.tui.shell.launch")
    assert "textual" in modules
    assert not with_prefix(
        modules, "ekc_console.server", "ekc_console.demo", "pjsua2", "sqlite_utils", "argon2"
    )


def test_the_client_loads_no_screen_library() -> None:
    modules = loaded("import ekc_console.client.desk")
    # structlog takes rich in where it is installed; import-linter sees to our own imports.
    assert not with_prefix(modules, "textual", "ekc_console.server", "pjsua2")


@pytest.mark.parametrize(
    "module", ["ekc_console.domain.router", "ekc_console.domain.insight.metrics"]
)
def test_the_core_is_pure(module: str) -> None:
    bare = loaded("")
    modules = loaded(f"import {module}") - bare
    forbidden = ("asyncio", "random", "socket", "threading", "sqlite3", "selectors", "ssl")
    assert not with_prefix(modules, *forbidden)
    # zoneinfo asks where this interpreter's tables are, of a module named for the platform.
    modules = {m for m in modules if not m.startswith("_sysconfigdata")}
    third_party = {m for m in modules if m.split(".")[0] not in sys.stdlib_module_names}
    assert with_prefix(third_party, "ekc_console") == third_party
    assert not with_prefix(
        modules, "ekc_console.server", "ekc_console.client", "ekc_console.wire", "ekc_console.tui"
    )


def test_the_core_reads_no_clock() -> None:
    code = (
        "import time, datetime\n"
        "import ekc_console.domain.router as r\n"
        "from ekc_console.domain.facts import *\n"
        "def clock(*a): raise AssertionError('the core read a clock')\n"
        "for n in ('time', 'monotonic', 'perf_counter', 'time_ns', 'monotonic_ns'):\n"
        "    setattr(time, n, clock)\n"
        "from ekc_console.domain.terms.settings import QueueSettings\n"
        "c = r.Router()\n"
        "c.handle(QueuesConfigured((QueueSettings('q', 'Q'),)), 1.0)\n"
        "c.handle(AgentLoggedIn('a', ('q',)), 2.0)\n"
        "c.handle(AgentLegUp('a'), 3.0)\n"
        "c.handle(AgentReady('a'), 4.0)\n"
        "c.handle(CallArrived('c', None, '122'), 5.0)\n"
        "c.handle(CallQueued('c', 'q', 't'), 6.0)\n"
        "assert c.next_deadline() == 21.0\n"
        "c.handle(TimePassed(), 21.0)\n"
    )
    assert "ekc_console.domain.router" in loaded(code)


def test_the_softphones_client_loads_nothing_of_the_console() -> None:
    modules = loaded("import sip.link.client, sip.link.protocol, sip.fake.softphone")
    assert not with_prefix(modules, "ekc_console", "pjsua2", "textual")


def test_the_command_line_loads_only_what_is_asked_for() -> None:
    modules = loaded("import ekc_console.cli")
    assert not with_prefix(
        modules, "textual", "aiohttp", "ekc_console.server", "ekc_console.tui", "numpy", "pjsua2"
    )
