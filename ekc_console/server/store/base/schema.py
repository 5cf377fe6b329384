"""Tables of the store and the migrations that lead to them.

A migration is never changed once it has been released; the next one is added below it.
"""

from __future__ import annotations

import itertools
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ekc_console.server.store.base import chain
from ekc_console.server.store.base.errors import StoreError

if TYPE_CHECKING:
    import sqlite_utils

APPLICATION_ID = 0x454B4301
"""Stands in the file's header (``PRAGMA application_id``): «EKC», 1."""


def migrate(conn: sqlite3.Connection, path: Path) -> None:
    """Bring the file to ``VERSION``, each step in a transaction of its own.

    Raises StoreError for a file of a newer program and for a database of another program.
    """
    version = check(conn, path)
    if version == VERSION:
        return
    import sqlite_utils  # a quarter of a second, which only a migration is worth

    db = sqlite_utils.Database(conn, execute_plugins=False)
    for number in range(version + 1, VERSION + 1):
        conn.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number - 1](db)
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            conn.execute(f"PRAGMA user_version = {number}")
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


def check(conn: sqlite3.Connection, path: Path) -> int:
    """The file's version, 0 for an empty one. Raises StoreError if this program must not touch
    the file."""
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    (application,) = conn.execute("PRAGMA application_id").fetchone()
    (tables,) = conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (tables or application or version):
        raise StoreError(
            f"Файл {path} — база данных другой программы.",
            "Укажите другую папку в server.data_dir.",
        )
    if version > VERSION:
        raise StoreError(
            f"Хранилище {path} версии {version}, а эта программа знает версии до {VERSION}.",
            "Обновите программу или восстановите копию, сделанную этой версией.",
        )
    return int(version)


def _v1(db: sqlite_utils.Database) -> None:
    _journal(db)
    _calls(db)
    _agents(db)
    _cards(db)
    _people(db)


def _create(
    db: sqlite_utils.Database,
    name: str,
    columns: dict[str, type],
    pk: str | tuple[str, ...],
    nullable: Iterable[str] = (),
) -> Any:
    """A STRICT table; columns are NOT NULL but for ``nullable``."""
    key = {pk} if isinstance(pk, str) else set(pk)
    return db.table(name).create(
        columns, pk=pk, not_null=set(columns) - set(nullable) - key, strict=True
    )


def _journal(db: sqlite_utils.Database) -> None:
    _create(db, "journal", {"seq": int, "at": float, "fact": str, "body": str}, pk="seq")
    _create(db, "snapshot", {"seq": int, "at": float, "hash": str, "dump": str}, pk="seq")


def _calls(db: sqlite_utils.Database) -> None:
    calls = _create(
        db,
        "calls",
        {
            "id": str,
            "direction": str,
            "number": str,
            "number_reversed": str,  # digits from the last one on: a search by ending is a range
            "called": str,
            "topic": str,
            "queue": str,
            "skills": str,
            "priority": int,
            "state": str,
            "arrived_at": float,
            "queued_at": float,
            "answered_at": float,
            "ended_at": float,
            "ended_by": str,
            "cause": str,
            "agent": str,
            "wait_s": float,
            "talk_s": float,
            "held_s": float,
            "wrap_up_s": float,
            "outcome": str,
            "callback": str,
        },
        pk="id",
        nullable={
            "number",
            "number_reversed",
            "queue",
            "queued_at",
            "answered_at",
            "ended_at",
            "ended_by",
            "cause",
            "agent",
            "wait_s",
            "outcome",
            "callback",
        },
    )
    calls.create_index(["number_reversed", "arrived_at"])
    calls.create_index(["arrived_at"])
    path = _create(
        db,
        "call_path",
        {"seq": int, "call": str, "at": float, "scenario": str, "version": str, "step": str},
        pk="seq",
    )
    path.create_index(["call"])
    offers = _create(
        db,
        "offers",
        {
            "offer": str,
            "call": str,
            "agent": str,
            "made_at": float,
            "ended_at": float,
            "result": str,
        },
        pk="offer",
        nullable={"ended_at", "result"},
    )
    offers.create_index(["call"])
    callbacks = _create(
        db,
        "callbacks",
        {
            "id": str,
            "number": str,
            "state": str,
            "since": float,
            "where_lost": str,
            "queue": str,
            "topic": str,
            "first_call": str,
            "last_call": str,
            "calls": int,
            "attempts": int,
            "not_before": float,
            "result": str,
            "closed_at": float,
            "closed_by": str,
        },
        pk="id",
        nullable={"queue", "not_before", "result", "closed_at", "closed_by"},
    )
    callbacks.create_index(["closed_at"])
    _create(
        db,
        "recordings",
        {
            "call": str,
            "path": str,
            "started_at": float,
            "ended_at": float,
            "seconds": float,
            "sha256": str,
            "state": str,
            "detail": str,
        },
        pk="call",
        nullable={"started_at", "ended_at", "seconds", "sha256"},
    )


def _agents(db: sqlite_utils.Database) -> None:
    intervals = _create(
        db,
        "agent_intervals",
        {
            "seq": int,
            "agent": str,
            "state": str,
            "reason": str,
            "call": str,
            "from_at": float,
            "to_at": float,
        },
        pk="seq",
        nullable={"call", "to_at"},
    )
    intervals.create_index(["agent", "to_at"])
    intervals.create_index(["to_at"])


def _cards(db: sqlite_utils.Database) -> None:
    cards = _create(
        db,
        "cards",
        {
            "seq": int,
            "id": str,
            "call": str,
            "number": str,
            "topic": str,
            "scenario": str,
            "version": str,
            "revision": int,
            "session": str,
            "note": str,
            "disposition": str,
            "state": str,
            "created_at": float,
            "saved_at": float,
            "agent": str,
        },
        pk="seq",
        nullable={"saved_at"},
    )
    cards.create_index(["id"], unique=True)
    cards.create_index(["call"], unique=True)
    history = _create(
        db,
        "card_history",
        {
            "seq": int,
            "card": str,
            "scenario": str,
            "version": str,
            "revision": int,
            "session": str,
            "note": str,
            "disposition": str,
            "saved_at": float,
            "agent": str,
        },
        pk="seq",
    )
    history.create_index(["card"])
    # rowid is cards.seq; the body is folded text: names of people in the card, and the note.
    db.execute(
        "CREATE VIRTUAL TABLE card_text USING fts5"
        "(body, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4')"
    )
    _create(db, "scenarios", {"id": str, "version": str, "document": str}, pk=("id", "version"))


def _people(db: sqlite_utils.Database) -> None:
    _create(
        db,
        "users",
        {
            "login": str,
            "name": str,
            "role": str,
            "password_hash": str,
            "queues": str,
            "skills": str,
            "expires_at": float,
            "disabled": int,
        },
        pk="login",
        nullable={"expires_at"},
    )
    sessions = _create(
        db,
        "sessions",
        {"login": str, "token_hash": str, "created_at": float, "expires_at": float},
        pk="login",
    )
    sessions.create_index(["token_hash"], unique=True)


def _v2(db: sqlite_utils.Database) -> None:
    """The predicted wait, and when an outside number picked up."""
    db.execute("ALTER TABLE calls ADD COLUMN predicted_s REAL")
    db.execute("ALTER TABLE calls ADD COLUMN forwarded_at REAL")


def _v3(db: sqlite_utils.Database) -> None:
    _create(db, "menu_results", {"call": str, "body": str}, pk="call")


def _v4(db: sqlite_utils.Database) -> None:
    """Words of the staff, requests for help, suggestions."""
    messages = _create(
        db,
        "staff_messages",
        {"seq": int, "at": float, "sender": str, "to_login": str, "body": str},
        pk="seq",
    )
    messages.create_index(["at"])
    _create(
        db,
        "staff_reads",
        {"message": int, "login": str, "at": float},
        pk=("message", "login"),
    )
    help_requests = _create(
        db,
        "help_requests",
        {
            "seq": int,
            "at": float,
            "login": str,
            "body": str,
            "call": str,
            "topic": str,
            "state": str,
            "answer": str,
            "closed_at": float,
            "closed_by": str,
        },
        pk="seq",
        nullable={"closed_at"},
    )
    help_requests.create_index(["state"])
    suggestions = _create(
        db,
        "suggestions",
        {
            "id": int,
            "at": float,
            "author": str,
            "source": str,
            "body": str,
            "call": str,
            "status": str,
            "answer": str,
            "decided_at": float,
            "decided_by": str,
        },
        pk="id",
        nullable={"decided_at"},
    )
    suggestions.create_index(["author"])


def _v5(db: sqlite_utils.Database) -> None:
    """People whom cards are about, changes of saved cards, home visits with a state.

    Visits of the last two days become open ones: earlier ones were taken for done.
    """
    persons = _create(
        db,
        "persons",
        {
            "id": int,
            "name": str,
            "name_key": str,  # folded: searched by its beginning
            "birth_date": str,
            "snils": str,
            "oms": str,
            "created_at": float,
            "created_by": str,
        },
        pk="id",
    )
    for column in ("name_key", "snils", "oms"):
        persons.create_index([column])
    db.execute("ALTER TABLE cards ADD COLUMN person_id INTEGER")
    db.execute("ALTER TABLE cards ADD COLUMN edits INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX idx_cards_person_id ON cards (person_id) WHERE person_id IS NOT NULL")
    changes = _create(
        db,
        "card_changes",
        {"seq": int, "card": str, "at": float, "login": str, "body": str},
        pk="seq",
    )
    changes.create_index(["card"])
    _create(
        db,
        "home_visits",
        {
            "card": str,
            "ordered_at": float,
            "ordered_by": str,
            "person": str,
            "address": str,
            "state": str,
            "note": str,
            "closed_at": float,
            "closed_by": str,
        },
        pk="card",
        nullable={"closed_at"},
    )
    value = (
        "coalesce((SELECT json_extract(session, '$.fields.' || field.key)"
        " FROM json_each(document, '$.fields') AS field"
        " WHERE json_extract(field.value, '$.type') = '{}' LIMIT 1), '')"
    )
    db.execute(
        "INSERT INTO home_visits (card, ordered_at, ordered_by, person, address, state, note,"
        f" closed_by) SELECT cards.id, saved_at, agent, {value.format('person')},"
        f" {value.format('address')}, 'open', '', '' FROM cards LEFT JOIN scenarios"
        " ON scenarios.id = cards.scenario AND scenarios.version = cards.version"
        " WHERE state = 'saved' AND disposition = 'visit_ordered'"
        " AND saved_at > unixepoch() - 172800"
    )


def _v6(db: sqlite_utils.Database) -> None:
    """The way of an operator's voice belongs to the account; empty: the usual one."""
    db.execute("ALTER TABLE users ADD COLUMN voice TEXT NOT NULL DEFAULT ''")


def _v7(db: sqlite_utils.Database) -> None:
    """Unsaved edits of saved cards, one a card and person."""
    edits = _create(
        db,
        "card_edits",
        {"card": str, "login": str, "revision": int, "at": float, "body": str},
        pk=("card", "login"),
    )
    edits.create_index(["login"])


def _projection_faults(db: sqlite_utils.Database) -> None:
    """Facts whose rows the read models refused."""
    _create(db, "projection_faults", {"seq": int, "fact": str, "why": str}, pk="seq")


def _last_good(db: sqlite_utils.Database) -> None:
    """What a start goes on with when the files it is to read cannot be used."""
    _create(db, "last_good", {"name": str, "at": float, "body": str}, pk="name")


def _reading(db: sqlite_utils.Database) -> None:
    """Drafts beside saved cards, and who has read what of others."""
    _create(db, "card_drafts", {"card": str, "body": str}, pk="card")
    accesses = _create(
        db,
        "access_log",
        {
            "seq": int,
            "at": float,
            "login": str,
            "reading": str,
            "card": str,
            "search": str,
            "found": int,
        },
        pk="seq",
    )
    for column in ("at", "login", "card"):
        accesses.create_index([column])
    _create(db, "access_key", {"key": str}, pk="key")
    db.conn.execute("INSERT INTO access_key (key) VALUES (?)", (secrets.token_hex(32),))


def _unfinished(db: sqlite_utils.Database) -> None:
    """Whose cards were never saved: few of the many."""
    db.conn.execute("CREATE INDEX idx_cards_unfinished ON cards (agent) WHERE state = 'draft'")


def _registers(db: sqlite_utils.Database) -> None:
    """Open home visits in their order; what was done to the records of people."""
    db.conn.execute(
        "CREATE INDEX idx_home_visits_open ON home_visits (ordered_at) WHERE state = 'open'"
    )
    db.conn.execute("ALTER TABLE persons ADD COLUMN revision INTEGER NOT NULL DEFAULT 0")
    db.conn.execute("ALTER TABLE persons ADD COLUMN merged_into INTEGER")
    db.conn.execute(
        "CREATE INDEX idx_persons_merged_into ON persons (merged_into)"
        " WHERE merged_into IS NOT NULL"
    )
    db.conn.execute("CREATE INDEX idx_persons_birth_date ON persons (birth_date)")
    changes = _create(
        db,
        "person_changes",
        {
            "seq": int,
            "person": int,
            "at": float,
            "login": str,
            "event": str,
            "other": str,
            "body": str,
        },
        pk="seq",
    )
    changes.create_index(["person"])
    merges = _create(
        db,
        "person_merges",
        {
            "id": int,
            "person": int,
            "other": int,
            "revision": int,  # of person since; another one: no way back
            "before": str,  # what was known of person
            "cards": str,  # of other, before
        },
        pk="id",
    )
    merges.create_index(["person"])


def _audit(db: sqlite_utils.Database) -> None:
    """One trail of all that is audited, with what the access log has kept so far."""
    audit = _create(
        db,
        "audit",
        {
            "seq": int,
            "at": float,
            "who": str,
            "action": str,
            "about": str,
            "search": str,
            "found": int,
            "reason": str,
            "seal": str,
        },
        pk="seq",
    )
    for column in ("at", "who", "about"):
        audit.create_index([column])
    earlier = db.conn.execute(
        "SELECT at, login, reading, card, search, found, '' FROM access_log ORDER BY seq"
    )
    insert = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    begun = (time.time(), "", "begun", "", "", 0, "")
    before = chain.NO_SEAL
    for seq, row in enumerate(itertools.chain(earlier, [begun]), start=1):
        before = chain.seal(before, (seq, *row))
        db.conn.execute(insert, (seq, *row, before))
    for what in ("UPDATE", "DELETE"):
        db.conn.execute(
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'entries of the audit trail stay as they are'); END"
        )
    db.conn.execute("DROP TABLE access_log")


def _services(db: sqlite_utils.Database) -> None:
    """Emergency services that were called for the caller."""
    db.execute("ALTER TABLE calls ADD COLUMN services TEXT")


def _listenings(db: sqlite_utils.Database) -> None:
    """Who listened to a call, in which mode, from when to when: part of its recording's record."""
    listenings = _create(
        db,
        "listenings",
        {
            "seq": int,
            "call": str,
            "login": str,
            "mode": str,
            "from_at": float,
            "to_at": float,
            "why": str,
        },
        pk="seq",
    )
    for column in ("call", "login"):
        listenings.create_index([column])


def _codes(db: sqlite_utils.Database) -> None:
    """Until when the password of an account is a one-time code; null: it is a password."""
    db.execute("ALTER TABLE users ADD COLUMN code_until REAL")


def _medics(db: sqlite_utils.Database) -> None:
    """Requests for help that are questions to a medic."""
    db.execute("ALTER TABLE help_requests ADD COLUMN medic INTEGER NOT NULL DEFAULT 0")


def _boards(db: sqlite_utils.Database) -> None:
    """Wall boards, with the hash of the token that each of them shows."""
    boards = _create(
        db,
        "boards",
        {"name": str, "token_hash": str, "queues": str, "created_at": float},
        pk="name",
    )
    boards.create_index(["token_hash"], unique=True)


def _alarms(db: sqlite_utils.Database) -> None:
    """What went beyond its limits: the log of it, and what still stands."""
    log = _create(
        db,
        "alarm_log",
        {
            "seq": int,
            "at": float,
            "alarm": str,
            "about": str,
            "thing": str,
            "figure": str,
            "reason": str,
            "event": str,
            "level": int,
            "value": float,
            "who": str,
            "until": float,
        },
        pk="seq",
        nullable=["until"],
    )
    log.create_index(["at"])
    _create(db, "alarms", {"id": str, "body": str}, pk="id")


def _account_clinics(db: sqlite_utils.Database) -> None:
    """Whose desk an account of a clinic is."""
    db.execute("ALTER TABLE users ADD COLUMN clinics TEXT NOT NULL DEFAULT '[]'")


def _fields_of(text: str) -> dict[str, Any]:
    """Those of a script or of a card; none where it is damaged: nothing old keeps a start back."""
    try:
        found = msgspec.json.decode(text)
    except ValueError:
        return {}
    fields = found.get("fields") if isinstance(found, dict) else None
    return fields if isinstance(fields, dict) else {}


def _card_clinics(db: sqlite_utils.Database) -> None:
    """Which clinic a card names: a folded name, as its first filled field for one has it. Names of
    the directory come when the server starts."""
    names = _create(db, "clinic_names", {"name": str, "clinic": str}, pk="name")
    names.create_index(["clinic"])
    db.conn.execute("ALTER TABLE cards ADD COLUMN clinic TEXT NOT NULL DEFAULT ''")
    scripts: dict[tuple[str, str], list[str]] = {}
    for scenario, version, document in db.conn.execute(
        "SELECT id, version, document FROM scenarios WHERE document LIKE '%clinic%'"
    ):
        of_clinics = [
            name
            for name, shape in _fields_of(document).items()
            if isinstance(shape, dict) and shape.get("type") == "clinic"
        ]
        if of_clinics:
            scripts[scenario, version] = of_clinics

    def named(scenario: str, version: str, session: str) -> str:
        values = _fields_of(session)
        names = (str(values[field]) for field in scripts[scenario, version] if values.get(field))
        return " ".join(next(names, "").casefold().replace("ё", "е").split())

    db.conn.create_function("clinic_named", 3, named, deterministic=True)
    of_scripts = ", ".join("(?, ?)" for _ in scripts)
    if scripts:
        db.conn.execute(
            "UPDATE cards SET clinic = clinic_named(scenario, version, session)"
            f" WHERE (scenario, version) IN (VALUES {of_scripts})",
            [part for script in scripts for part in script],
        )


def _clinics_of_cards(db: sqlite_utils.Database) -> None:
    """Whose a card is by the clinic's id, so that it stays so when the name goes to another."""
    db.conn.execute("ALTER TABLE cards ADD COLUMN clinic_id TEXT NOT NULL DEFAULT ''")
    db.conn.execute(
        "UPDATE cards SET clinic_id ="
        " coalesce((SELECT clinic_names.clinic FROM clinic_names WHERE name = cards.clinic), '')"
        " WHERE clinic <> ''"
    )
    db.conn.execute("CREATE INDEX idx_cards_clinic_id ON cards (clinic_id)")
    db.conn.execute(
        "CREATE INDEX idx_cards_unknown_clinic ON cards (clinic)"
        " WHERE clinic <> '' AND clinic_id = ''"
    )


def _alarm_limits(db: sqlite_utils.Database) -> None:
    """By which limit an alarm was raised, changed or ended."""
    db.conn.execute("ALTER TABLE alarm_log ADD COLUMN beyond REAL")


def _account_teams(db: sqlite_utils.Database) -> None:
    """To which teams a person belongs by the account."""
    db.conn.execute("ALTER TABLE users ADD COLUMN teams TEXT NOT NULL DEFAULT '[]'")


def _day_sums(db: sqlite_utils.Database) -> None:
    """What was counted of days that are over, and which days that is still true of: a change of a
    call or of a card takes its day out."""
    sums = (
        "calls", "outgoing", "outgoing_answered", "menu_served", "menu_left", "answered",
        "abandoned", "short_abandoned", "flowed_out", "answered_in_time", "abandoned_in_time",
    )  # fmt: skip
    seconds = ("wait_s", "longest_wait_s")
    times = ("talk_s", "held_s", "wrap_up_s")
    columns = [
        *(f"{name} INTEGER NOT NULL" for name in sums),
        *(f"{name} REAL NOT NULL" for name in seconds),
        "handled INTEGER NOT NULL",
        *(f"{name} REAL NOT NULL" for name in times),
    ]
    db.conn.execute(
        "CREATE TABLE day_sums (kind TEXT NOT NULL, since REAL NOT NULL, queue TEXT NOT NULL,"
        f" key TEXT NOT NULL, {', '.join(columns)},"
        " PRIMARY KEY (kind, since, queue, key)) STRICT, WITHOUT ROWID"
    )
    db.conn.execute("CREATE INDEX idx_day_sums_since ON day_sums (since)")
    db.conn.execute(
        "CREATE TABLE summed_days (since REAL PRIMARY KEY, until REAL NOT NULL,"
        " rules TEXT NOT NULL, done INTEGER NOT NULL) STRICT"
    )
    take_out = (
        "DELETE FROM summed_days WHERE until > {at}"
        " AND since = (SELECT max(since) FROM summed_days WHERE since <= {at});"
    )
    of_card = "(SELECT arrived_at FROM calls WHERE id = {row}.call)"
    for table, event, moments in (
        ("calls", "INSERT", ["NEW.arrived_at"]),
        ("calls", "DELETE", ["OLD.arrived_at"]),
        ("calls", "UPDATE", ["OLD.arrived_at", "NEW.arrived_at"]),
        ("cards", "INSERT", [of_card.format(row="NEW")]),
        ("cards", "DELETE", [of_card.format(row="OLD")]),
        (
            "cards",
            "UPDATE OF call, disposition, clinic_id",
            [of_card.format(row="OLD"), of_card.format(row="NEW")],
        ),
    ):
        orders = " ".join(take_out.format(at=moment) for moment in moments)
        db.conn.execute(
            f"CREATE TRIGGER {table}_{event.split()[0].lower()}_day AFTER {event} ON {table}"
            f" BEGIN {orders} END"
        )


def _untold_cards(db: sqlite_utils.Database) -> None:
    """Saved cards of which the list of callbacks was not told yet."""
    _create(db, "untold_cards", {"card": str, "login": str, "body": str}, pk="card")


def _monitors(db: sqlite_utils.Database) -> None:
    """Programs that read the measurements, with the hash of the key that each of them shows."""
    columns = {"name": str, "token_hash": str, "created_at": float}
    _create(db, "monitors", columns, pk="name").create_index(["token_hash"], unique=True)


def _report_views(db: sqlite_utils.Database) -> None:
    """Reports that people look at again, by their own names."""
    db.conn.execute(
        "CREATE TABLE report_views (login TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,"
        " PRIMARY KEY (login, name)) STRICT, WITHOUT ROWID"
    )


def _report_runs(db: sqlite_utils.Database) -> None:
    """Until when the reports that are written by themselves are written."""
    db.conn.execute("CREATE TABLE report_runs (name TEXT PRIMARY KEY, due REAL NOT NULL) STRICT")


def _calls_found(db: sqlite_utils.Database) -> None:
    """Calls of a queue and of a person, the newest first."""
    for column in ("agent", "queue"):
        db.execute(f"CREATE INDEX calls_of_{column} ON calls ({column}, arrived_at)")


def _trunks(db: sqlite_utils.Database) -> None:
    """Over which trunk a call came or went; empty: of the time before that was told."""
    db.execute("ALTER TABLE calls ADD COLUMN trunk TEXT NOT NULL DEFAULT ''")


def _around_days(db: sqlite_utils.Database) -> None:
    """What other calls of a number tell of a call, and the predicted waits, among the sums of days;
    a change of a call takes out every day that it may change (``seen_from`` … ``seen_to``)."""
    whole = (
        "predicted", "within_predicted", "numbered", "withheld", "withheld_unserved", "repeats",
        "settled", "resolved", "given_up", "reached",
    )  # fmt: skip
    seconds = ("predicted_s", "predicted_wait_s")
    for name in whole:
        db.conn.execute(f"ALTER TABLE day_sums ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0")
    for name in seconds:
        db.conn.execute(f"ALTER TABLE day_sums ADD COLUMN {name} REAL NOT NULL DEFAULT 0")
    db.conn.execute("DELETE FROM summed_days")  # counted by other rules
    for name in ("seen_from", "seen_to"):
        db.conn.execute(f"ALTER TABLE summed_days ADD COLUMN {name} REAL NOT NULL DEFAULT 0")
    db.conn.execute("CREATE INDEX idx_summed_days_seen_to ON summed_days (seen_to)")
    take_out = "DELETE FROM summed_days WHERE seen_to > {at} AND seen_from <= {at};"
    for event, moments in (
        ("insert", ["NEW.arrived_at"]),
        ("delete", ["OLD.arrived_at"]),
        ("update", ["OLD.arrived_at", "NEW.arrived_at"]),
    ):
        db.conn.execute(f"DROP TRIGGER calls_{event}_day")
        orders = " ".join(take_out.format(at=moment) for moment in moments)
        db.conn.execute(
            f"CREATE TRIGGER calls_{event}_day AFTER {event.upper()} ON calls BEGIN {orders} END"
        )


def _journal_holes(db: sqlite_utils.Database) -> None:
    """Entries that the journal has not, with the moments of those before and behind."""
    db.conn.execute(
        "CREATE TABLE journal_holes (first INTEGER PRIMARY KEY, last INTEGER NOT NULL,"
        " since REAL NOT NULL, until REAL NOT NULL) STRICT"
    )


def _roster(db: sqlite_utils.Database) -> None:
    """Hours that people have offered and shifts that are planned."""
    db.conn.execute(
        "CREATE TABLE roster (id INTEGER PRIMARY KEY, login TEXT NOT NULL, kind TEXT NOT NULL,"
        " since REAL NOT NULL, until REAL NOT NULL) STRICT"
    )
    db.conn.execute("CREATE UNIQUE INDEX roster_by_time ON roster (since, login, kind)")


def _workplaces(db: sqlite_utils.Database) -> None:
    """What consoles have told of the machines they run on, and of their lines day by day."""
    db.conn.execute(
        "CREATE TABLE workplaces (machine TEXT PRIMARY KEY, login TEXT NOT NULL,"
        " seen_at REAL NOT NULL, version TEXT NOT NULL, system TEXT NOT NULL,"
        " headset TEXT NOT NULL, doctor TEXT NOT NULL, doctor_at REAL NOT NULL,"
        " doctor_checks TEXT NOT NULL) STRICT"
    )
    db.conn.execute(
        "CREATE TABLE workplace_days (machine TEXT NOT NULL, day TEXT NOT NULL,"
        " looks INTEGER NOT NULL, bad INTEGER NOT NULL, mos REAL NOT NULL, loss REAL NOT NULL,"
        " jitter_ms REAL NOT NULL, PRIMARY KEY (machine, day)) STRICT, WITHOUT ROWID"
    )
    db.conn.execute("CREATE INDEX workplace_days_by_day ON workplace_days (day)")


MIGRATIONS: tuple[Callable[[sqlite_utils.Database], None], ...] = (
    _v1,
    _v2,
    _v3,
    _v4,
    _v5,
    _v6,
    _v7,
    _projection_faults,
    _last_good,
    _reading,
    _unfinished,
    _registers,
    _audit,
    _services,
    _listenings,
    _codes,
    _medics,
    _boards,
    _alarms,
    _account_clinics,
    _card_clinics,
    _clinics_of_cards,
    _alarm_limits,
    _account_teams,
    _day_sums,
    _untold_cards,
    _monitors,
    _report_views,
    _report_runs,
    _calls_found,
    _trunks,
    _around_days,
    _journal_holes,
    _roster,
    _workplaces,
)
VERSION = len(MIGRATIONS)
