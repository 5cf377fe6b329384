from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from ekc_console.server.people import auth as module
from ekc_console.server.people.auth import Auth, AuthError, BadPassword, Throttle, hash_password
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, codes, passwords
from ekc_console.server.store.people.accounts import User

T0 = 1_750_000_000.0
HOUR = 3600.0
PASSWORD = "Сирень-122"
HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id all the same, with the least memory, so that the tests are quick."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", light)


def unnoted(who: str, action: str, **about: object) -> None:
    pass


def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(tmp_path / "ekc.db")
    anna = User("anna", "Анна", "operator", hashed(), queues=("main",), skills=("дети",))
    for user in (
        anna,
        replace(anna, login="short", expires_at=T0 + HOUR),
        replace(anna, login="off", disabled=True),
    ):
        await database.write(functools.partial(accounts.add, user=user))
    yield database
    await database.close()


@pytest.fixture
def auth(db: Database) -> Auth:
    return Auth(db, unnoted)


async def refused(auth: Auth, *args: Any) -> AuthError:
    with pytest.raises(AuthError) as caught:
        await auth.log_in(*args)
    return caught.value


# -- passwords and sessions --------------------------------------------------------


async def test_the_right_password_begins_a_session(auth: Auth) -> None:
    session = await auth.log_in(" Anna ", PASSWORD, HERE, T0)
    assert (session.login, session.name, session.role) == ("anna", "Анна", "operator")
    assert (session.queues, session.skills) == (("main",), ("дети",))
    assert (session.created_at, session.expires_at) == (T0, T0 + 12 * HOUR)
    assert len(session.token) >= 43
    assert session.token not in repr(session)
    assert await auth.session(session.token, T0 + HOUR) == session


@pytest.mark.parametrize(
    ("login", "password"),
    [("anna", "Сирень-123"), ("anna", ""), ("nobody", PASSWORD), ("", ""), ("anna", "x" * 5000),
     ("off", "wrong"), ("short", "wrong")],
)  # fmt: skip
async def test_wrong_login_and_wrong_password_are_told_alike(
    auth: Auth, login: str, password: str
) -> None:
    error = await refused(auth, login, password, HERE, T0)
    assert error.code == "wrong_password"
    assert error.key == "login.wrong_password"


async def test_an_account_that_has_ended(auth: Auth) -> None:
    assert (await refused(auth, "short", PASSWORD, HERE, T0 + HOUR)).code == "account_expired"
    assert (await refused(auth, "off", PASSWORD, HERE, T0)).code == "account_disabled"


async def test_a_session_ends_with_its_account(auth: Auth) -> None:
    session = await auth.log_in("short", PASSWORD, HERE, T0)
    assert session.expires_at == T0 + HOUR
    assert await auth.session(session.token, T0 + HOUR - 1) == session
    assert await auth.session(session.token, T0 + HOUR) is None


async def test_sessions_end(db: Database) -> None:
    auth = Auth(db, unnoted, session_s=HOUR)
    session = await auth.log_in("anna", PASSWORD, HERE, T0)
    assert await auth.session(session.token, T0 + HOUR - 1)
    assert await auth.session(session.token, T0 + HOUR) is None
    assert await auth.session("", T0) is None
    assert await auth.session(session.token[:-1], T0) is None


async def test_a_second_login_ends_the_first_session(auth: Auth) -> None:
    first = await auth.log_in("anna", PASSWORD, HERE, T0)
    second = await auth.log_in("anna", PASSWORD, HERE, T0 + 1)
    assert await auth.session(first.token, T0 + 2) is None
    assert await auth.session(second.token, T0 + 2) == second


async def test_revoke(auth: Auth) -> None:
    session = await auth.log_in("anna", PASSWORD, HERE, T0)
    await auth.revoke("anna")
    await auth.revoke("anna")
    assert await auth.session(session.token, T0) is None


async def test_changes_of_the_account_reach_a_running_session(db: Database, auth: Auth) -> None:
    session = await auth.log_in("anna", PASSWORD, HERE, T0)
    user = User("anna", "Анна", "volunteer", hashed())
    await db.write(lambda conn: accounts.update(conn, user))
    found = await auth.session(session.token, T0)
    assert found is not None
    assert (found.role, found.queues) == ("volunteer", ())
    await db.write(lambda conn: accounts.update(conn, replace(user, disabled=True)))
    assert await auth.session(session.token, T0) is None


async def test_a_session_outlives_a_restart_and_its_token_is_not_in_the_store(
    tmp_path: Path, db: Database, auth: Auth
) -> None:
    session = await auth.log_in("anna", PASSWORD, HERE, T0)
    await db.close()
    assert session.token.encode() not in (tmp_path / "ekc.db").read_bytes()
    assert PASSWORD.encode() not in (tmp_path / "ekc.db").read_bytes()
    again = Database.open(tmp_path / "ekc.db")
    assert await Auth(again, unnoted).session(session.token, T0 + 1) == session
    await again.close()


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_new_passwords_that_are_not_accepted(password: str) -> None:
    with pytest.raises(BadPassword) as caught:
        hash_password(password)
    assert str(len(password)) in caught.value.message
    assert caught.value.remedy


def test_hash_is_argon2id_and_salted() -> None:
    assert hashed().startswith("$argon2id$")
    assert hashed() != hashed()


def test_a_hash_made_with_the_parameters_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made = hash_password(PASSWORD)
    assert "$m=47104,t=1,p=1$" in made
    assert passwords.verify(made, PASSWORD)
    assert not passwords.verify(made, PASSWORD + " ")
    assert not passwords.verify(None, PASSWORD)


async def test_a_broken_hash_lets_nobody_in(db: Database, auth: Auth) -> None:
    await db.write(lambda conn: accounts.update(conn, User("anna", "Анна", "operator", "plain")))
    assert (await refused(auth, "anna", "plain", HERE, T0)).code == "wrong_password"


# -- one-time codes ----------------------------------------------------------------

CODE = "K7QF-2MXD-9PAB"
CHOSEN = "Подснежник-7"


@pytest.fixture
async def invited(db: Database) -> None:
    vera = User("vera", "Вера", "volunteer", hash_password(codes.normal(CODE)))
    await db.write(lambda conn: accounts.add(conn, replace(vera, code_until=T0 + HOUR)))


@pytest.mark.usefixtures("invited")
async def test_a_code_sets_the_password_once(db: Database, auth: Auth) -> None:
    assert (await refused(auth, "vera", CODE, HERE, T0)).code == "choose_password"
    assert (await refused(auth, "vera", CODE, HERE, T0, "short")).code == "bad_password"
    session = await auth.log_in("vera", CODE, HERE, T0, CHOSEN)
    assert session.login == "vera"
    assert (await refused(auth, "vera", CODE, HERE, T0)).code == "wrong_password"
    assert (await refused(auth, "vera", CODE, HERE, T0, "Другой-пароль")).code == "wrong_password"
    assert (await auth.log_in("vera", CHOSEN, HERE, T0)).login == "vera"
    user = await db.read(lambda conn: accounts.known(conn, "vera"))
    assert user.code_until is None


@pytest.mark.usefixtures("invited")
@pytest.mark.parametrize("typed", ["k7qf 2mxd 9pab", "К7QF-2МХD-9РАВ", " K7QF2MXD9PAB "])
async def test_a_code_however_it_is_typed(auth: Auth, typed: str) -> None:
    assert (await refused(auth, "vera", typed, HERE, T0)).code == "choose_password"


@pytest.mark.usefixtures("invited")
async def test_two_who_use_a_code_at_the_same_time_are_one(auth: Auth) -> None:
    tries = [auth.log_in("vera", CODE, HERE, T0, password) for password in (CHOSEN, PASSWORD)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert [getattr(one, "code", "") for one in done].count("wrong_password") == 1
    assert [getattr(one, "login", "") for one in done].count("vera") == 1


@pytest.mark.usefixtures("invited")
async def test_a_code_ends_and_only_its_holder_is_told(auth: Auth) -> None:
    late = T0 + HOUR
    assert (await refused(auth, "vera", CODE, HERE, late, CHOSEN)).code == "code_expired"
    assert (await refused(auth, "vera", "wrong", HERE, late)).code == "wrong_password"


@pytest.mark.usefixtures("invited")
async def test_a_code_gives_no_command(auth: Auth) -> None:
    with pytest.raises(AuthError) as caught:
        await auth.for_a_command("vera", CODE, HERE, T0)
    assert caught.value.code == "choose_password"


async def test_guesses_at_a_code_are_throttled_as_those_at_a_password(
    db: Database, auth: Auth, invited: None
) -> None:
    for _ in range(3):
        assert (await refused(auth, "vera", "AAAA-AAAA-AAAA", HERE, T0)).code == "wrong_password"
    assert (await refused(auth, "vera", CODE, HERE, T0)).code == "throttled"


def test_codes_are_not_guessed_and_are_read_aloud() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    for code in made:
        assert set(code) <= {*codes.ALPHABET, "-"}
        assert len(codes.normal(code)) == 12
    assert not set("01IOL") & set(codes.ALPHABET)


# -- what is noted ------------------------------------------------------------------


async def test_who_came_in_and_who_did_not_is_noted(db: Database, invited: None) -> None:
    noted: list[tuple[str, ...]] = []

    def note(who: str, action: str, *, about: str = "", search: str = "") -> None:
        noted.append((who, action, about, search))

    auth = Auth(db, note)
    await auth.log_in("anna", PASSWORD, HERE, T0)
    for login in ("anna", "Мой-Пароль", "off", "vera"):
        password = {"off": PASSWORD, "vera": CODE}.get(login, "wrong")
        await refused(auth, login, password, HERE, T0)
    await auth.log_in("vera", CODE, HERE, T0, CHOSEN)
    for at in (0, 1, 2, 90_000):
        await auth.for_a_command("anna", PASSWORD, HERE, T0 + at)
    assert noted == [
        ("anna", "login", "", ""),
        ("anna", "login_failed", "", "anna"),
        ("", "login_failed", "", "мой-пароль"),
        ("off", "login_failed", "", ""),
        ("vera", "password", "vera", ""),
        ("vera", "login", "", ""),
        ("anna", "login", "command", ""),
        ("anna", "login", "command", ""),
    ]


# -- the loop ----------------------------------------------------------------------


@contextmanager
def _held_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[int], threading.Event]]:
    """Password checks wait for the event; how many run at once is noted."""
    running: list[int] = []
    now = 0
    guard, gate = threading.Lock(), threading.Event()
    real = passwords.verify

    def verify(*args: Any) -> bool:
        nonlocal now
        with guard:
            now += 1
            running.append(now)
        gate.wait(20)
        try:
            return real(*args)
        finally:
            with guard:
                now -= 1

    with monkeypatch.context() as m:
        m.setattr(passwords, "verify", verify)
        yield running, gate


async def test_checks_leave_the_loop_free_and_few_run_at_once(
    auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await auth.log_in("short", PASSWORD, HERE, T0)
    with _held_checks(monkeypatch) as (running, gate):
        tries = [asyncio.create_task(auth.log_in(f"user{i}", "wrong", HERE, T0)) for i in range(5)]
        async with asyncio.timeout(20):
            assert await auth.session(session.token, T0)
            gate.set()
            results = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(result) for result in results] == [AuthError] * 5
    assert max(running) <= module.CHECKS_AT_ONCE


async def test_tries_made_at_the_same_time_are_counted(auth: Auth) -> None:
    results = await asyncio.gather(
        *(auth.log_in("anna", f"wrong{i}", HERE, T0) for i in range(10)), return_exceptions=True
    )
    codes = [result.code for result in results if isinstance(result, AuthError)]
    assert codes.count("wrong_password") == module.FREE_PER_LOGIN
    assert codes.count("throttled") == 10 - module.FREE_PER_LOGIN


async def test_the_right_password_many_times_at_once_is_let_in_each_time(auth: Auth) -> None:
    await refused(auth, "anna", "wrong", HERE, T0)
    users = await asyncio.gather(
        *(auth.for_a_command("anna", PASSWORD, HERE, T0) for _ in range(2 * module.FREE_PER_LOGIN))
    )
    assert {user.login for user in users} == {"anna"}


async def test_tries_of_many_logins_at_once_are_counted_for_their_address(auth: Auth) -> None:
    tries = (auth.log_in(f"nobody{i}", "x", HERE, T0) for i in range(2 * module.FREE_PER_ADDRESS))
    results = await asyncio.gather(*tries, return_exceptions=True)
    codes = [result.code for result in results if isinstance(result, AuthError)]
    looked_at = codes.count("wrong_password")
    assert looked_at < module.FREE_PER_ADDRESS + module.CHECKS_AT_ONCE
    assert codes.count("throttled") == len(results) - looked_at


# -- throttling --------------------------------------------------------------------


async def test_failures_cost_ever_longer_pauses(auth: Auth) -> None:
    for _ in range(3):
        assert (await refused(auth, "anna", "wrong", HERE, T0)).code == "wrong_password"
    error = await refused(auth, "anna", PASSWORD, HERE, T0)
    assert (error.code, error.key, error.values) == ("throttled", "login.throttled", {"seconds": 1})
    assert (await refused(auth, "anna", "wrong", HERE, T0 + 1)).code == "wrong_password"
    assert (await refused(auth, "anna", PASSWORD, HERE, T0 + 2.5)).values == {"seconds": 1}
    await auth.log_in("anna", PASSWORD, HERE, T0 + 3)
    assert (await refused(auth, "anna", "wrong", HERE, T0 + 3)).code == "wrong_password"


async def test_one_login_does_not_hold_up_another(auth: Auth) -> None:
    for _ in range(3):
        await refused(auth, "anna", "wrong", HERE, T0)
    await auth.log_in("short", PASSWORD, HERE, T0)


def fail(throttle: Throttle, key: str, count: int, now: float) -> None:
    for _ in range(count):
        throttle.failed(key, now)


def left(throttle: Throttle, key: str, now: float) -> float:
    try:
        throttle.check(key, now)
    except AuthError as error:
        return float(error.values["seconds"])
    return 0.0


@pytest.mark.parametrize(
    ("failures", "pause"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (5000, 900)],
)
def test_pauses(failures: int, pause: float) -> None:
    throttle = Throttle(free=5)
    fail(throttle, "key", failures, T0)
    assert left(throttle, "key", T0) == pause
    assert left(throttle, "key", T0 + pause) == 0
    assert left(throttle, "other", T0) == 0


def test_failures_are_forgotten() -> None:
    throttle = Throttle(free=5)
    fail(throttle, "key", 50, T0)
    later = T0 + module.FORGOTTEN_AFTER_S
    throttle.failed("key", later)
    assert left(throttle, "key", later) == 0
    fail(throttle, "key", 10, later)
    throttle.succeeded("key")
    assert left(throttle, "key", later) == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRACKED", 10)
    throttle = Throttle(free=1)
    for i in range(11):
        throttle.failed(f"k{i}", T0)
    assert left(throttle, "k0", T0) == 0  # the oldest went
    assert left(throttle, "k1", T0) == 1
    assert left(throttle, "k10", T0) == 1
