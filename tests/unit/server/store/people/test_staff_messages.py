from __future__ import annotations

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import staff_messages


async def test_messages_stay_unread_until_they_are_read(db: Database) -> None:
    def unread(login: str, since: float = 0.0) -> list[str]:
        found = db.read_now(lambda c: staff_messages.unread(c, [login], since))
        return [message.text for message in found[login]]

    for at, to, text in ((1.0, "", "всем"), (2.0, "anna", "анне"), (3.0, "olga", "ольге")):
        db.write_now(
            lambda c, a=at, t=to, x=text: staff_messages.send(c, at=a, sender="boss", to=t, text=x)
        )
    assert unread("anna") == ["всем", "анне"]
    assert unread("anna", since=2.0) == ["анне"]
    assert unread("boss") == []
    db.write_now(lambda c: staff_messages.read(c, 1, "anna", 5.0))
    db.write_now(lambda c: staff_messages.read(c, 1, "anna", 6.0))
    db.write_now(lambda c: staff_messages.read(c, 99, "anna", 6.0))
    assert unread("anna") == ["анне"]
    listed = db.read_now(lambda c: staff_messages.messages_for(c, "anna"))
    assert [(m.text, m.read_at) for m in listed] == [("анне", None), ("всем", 5.0)]


async def test_a_request_for_help_is_closed_once(db: Database) -> None:
    asked = db.write_now(
        lambda c: staff_messages.ask_help(
            c, at=1.0, login="anna", text="t", call="c1", topic="Отзывы"
        )
    )
    assert [h.id for h in db.read_now(staff_messages.open_help)] == [asked.id]

    def close() -> bool:
        return db.write_now(
            lambda c: staff_messages.close_help(
                c, int(asked.id), state="answered", answer="да", at=2.0, by="boss"
            )
        )

    assert close()
    assert not close()
    assert db.read_now(staff_messages.open_help) == []
