"""The voice menu on the simulated engine: every key, early keys, silence, and what breaks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.state.call import InMenu
from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.services.speech import Speaker
from tests.support.simulated_centre import NUMBER, Centre, run

KEYS = {
    "1": ("appointments", "appointment"),
    "2": ("home_visit", "home_visit"),
    "3": ("vaccination", "vaccination"),
    "4": ("med_info", "med_info"),
    "5": ("feedback", "feedback"),
    "6": ("other", "other"),
    "0": ("general", "general"),
}


def test_every_key_leads_to_its_queue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        for key, (queue, topic) in KEYS.items():
            call = await centre.in_queue(key=key)
            record = centre.record(call)
            assert (record.queue, record.topic, record.number) == (queue, topic, NUMBER)
            assert centre.server.calls.menus.results[call].script == topic

    run(tmp_path, story)


def test_a_key_during_the_greeting_counts_as_the_answer(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        greeting = centre.engine.heard(call).file
        centre.engine.caller_presses(call, "3")
        await centre.until(lambda: centre.record(call).queue == "vaccination", "queued")
        assert centre.engine.heard(call).file != greeting
        assert centre.record(call).queued_at - centre.record(call).arrived_at < 1

    run(tmp_path, story)


def test_the_caller_is_told_where_the_call_goes_then_hears_music(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_queue()
        await centre.until(lambda: centre.engine.heard(call).file is not None, "a word")
        await centre.until(lambda: centre.engine.heard(call).music, "music")

    run(tmp_path, story)


async def heard_prompts(centre: Centre, call: str) -> list[Path]:
    """Prompts from now until the call stands in a queue, each as often as it begins."""
    heard: list[Path] = []
    last: list[Path | None] = [None]

    def queued() -> bool:
        now = centre.engine.heard(call).file
        if now is not None and now != last[0]:
            heard.append(now)
        last[0] = now
        return centre.record(call).queued_at is not None

    await centre.until(queued, "queued")
    return heard


def test_silence_repeats_twice_then_leads_to_an_operator(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        heard = await heard_prompts(centre, call)
        assert centre.record(call).queue == "general"
        menu = heard[1]
        assert heard.count(menu) == 3
        waited = centre.record(call).queued_at - centre.record(call).arrived_at
        assert waited > 3 * 6.0

    run(tmp_path, story)


def test_wrong_keys_are_told_and_lead_to_an_operator(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        heard = {centre.engine.heard(call).file}
        for _ in range(3):
            centre.engine.caller_presses(call, "9")
            await asyncio.sleep(0.1)
            heard.add(centre.engine.heard(call).file)
        assert centre.record(call).queue == "general"
        assert len(heard) == 3  # the greeting, that there is no such item, where the call goes

    run(tmp_path, story)


def test_star_says_the_menu_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        greeting = centre.engine.heard(call).file
        await centre.until(
            lambda: centre.engine.heard(call).file not in (None, greeting), "the menu"
        )
        menu = centre.engine.heard(call).file
        await centre.until(lambda: centre.engine.heard(call).file is None, "its end")
        centre.engine.caller_presses(call, "*")
        await centre.until(lambda: centre.engine.heard(call).file == menu, "the menu again")
        assert isinstance(centre.record(call).state, InMenu)

    run(tmp_path, story)


def test_a_caller_who_gives_up_in_the_menu_is_called_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        centre.engine.caller_hangs_up(call)
        record = await centre.ended(call)
        assert (record.outcome, record.step) == ("abandoned_menu", "greeting")
        assert [c.number for c in centre.server.core.router.callbacks.values()] == [NUMBER]

        withheld = await centre.in_menu(None)
        centre.engine.caller_hangs_up(withheld)
        assert (await centre.ended(withheld)).callback is None

    run(tmp_path, story)


@pytest.mark.parametrize("fault", [RuntimeError("a fault of ours"), EngineError("занято")])
def test_a_menu_that_breaks_brings_the_caller_to_people(tmp_path: Path, fault: Exception) -> None:
    async def story(centre: Centre) -> None:
        async def broken(call: str, prompt: Any) -> Path:
            raise fault

        centre.server.calls.menus._make = broken
        call = centre.engine.caller_calls(NUMBER)
        await centre.until(lambda: call in centre.server.core.router.calls, "arrived")
        await centre.until(lambda: centre.record(call).queued_at is not None, "rescued")
        assert (centre.record(call).queue, centre.record(call).topic) == ("general", "general")

    run(tmp_path, story)


ASKING = """
id: main_menu
title: Меню с вопросом
owner: Тесты
approved: 2026-10-01
review_by: 2099-01-01
kind: menu
start: phone
fields:
  phone: {type: phone, label: Телефон}
steps:
  phone:
    title: Телефон
    ask: phone
    text: Наберите номер для связи и решётку.
    next: goodbye_or_line
  goodbye_or_line:
    title: Выбор
    choose: Оператор — 0. Перезвоните мне — 1. Закончить — 2.
    on_silence: line
    on_wrong: line
    options:
      - {key: "0", label: Оператор, next: line}
      - {key: "1", label: Перезвоните, next: later}
      - {key: "2", label: Закончить, next: bye}
  line:
    title: Оператор
    do: {queue: general, topic: general}
  later:
    title: Обратный вызов
    do: {callback: general, topic: general}
    text: Мы перезвоним.
    next: bye
  bye:
    title: Конец
    end: done
    text: Всего доброго!
dispositions:
  done: Закончено
"""


def unspeakable(centre: Centre, word: str) -> None:
    """Prompts with this word cannot be made from now on."""
    make = centre.server.calls.menus._make

    async def partly(call: Any, prompt: Any) -> Path:
        if word in prompt.text:
            raise OSError(28, "No space left on device")
        return await make(call, prompt)

    centre.server.calls.menus._make = partly


def test_a_word_that_cannot_be_made_does_not_change_the_way(tmp_path: Path) -> None:
    """The caller chose; only what would have been said about it is missing."""

    async def story(centre: Centre) -> None:
        unspeakable(centre, "по вызову врача")
        call = await centre.in_queue(key="2")
        record = centre.record(call)
        assert (record.queue, record.topic) == ("home_visit", "home_visit")

    run(tmp_path, story)


def test_a_greeting_that_cannot_be_made_is_left_out(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        unspeakable(centre, "Здравствуйте")
        call = await centre.in_menu()
        assert centre.record(call).step == "menu"
        centre.engine.caller_presses(call, "2")
        await centre.until(lambda: centre.record(call).queue == "home_visit", "queued")

    run(tmp_path, story)


def test_a_question_that_cannot_be_said_goes_the_way_of_silence_at_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        unspeakable(centre, "звёздочка")
        call = centre.engine.caller_calls(NUMBER)
        await centre.until(lambda: call in centre.server.core.router.calls, "arrived")
        await centre.until(lambda: centre.record(call).queued_at is not None, "queued")
        record = centre.record(call)
        assert record.queue == "general"
        assert record.queued_at - record.arrived_at < 10  # the greeting, and no silence after it

    run(tmp_path, story)


def test_a_number_that_cannot_be_asked_for_is_left_to_the_operator(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        unspeakable(centre, "решётку")
        call = await centre.in_menu()
        assert centre.record(call).step == "goodbye_or_line"

    run(tmp_path, story, menu=ASKING)


def test_a_menu_that_breaks_after_the_choice_keeps_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        async def broken(*_: object) -> None:
            raise RuntimeError("a fault of ours")

        centre.server.calls.menus._last_operators.of = broken  # type: ignore[method-assign]
        call = await centre.in_queue(key="2")
        record = centre.record(call)
        assert (record.queue, record.topic) == ("home_visit", "home_visit")

    run(tmp_path, story)


def test_a_chosen_queue_that_is_gone_keeps_its_topic(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        queues = tuple(q for q in centre.server.core.router.queues.values() if q.id != "home_visit")
        centre.server.core.runtime.submit(
            QueuesConfigured(queues, centre.server.core.router.centre)
        )
        centre.engine.caller_presses(call, "2")
        await centre.until(lambda: centre.record(call).queued_at is not None, "rescued")
        assert (centre.record(call).queue, centre.record(call).topic) == ("general", "home_visit")

    run(tmp_path, story)


TELLING = """
id: main_menu
title: Меню с подстановкой
owner: Тесты
approved: 2026-10-01
review_by: 2099-01-01
kind: menu
start: phone
fields:
  phone: {type: phone, label: Телефон}
steps:
  phone:
    title: Телефон
    ask: phone
    text: Наберите номер для связи и решётку.
    next: told
  told:
    title: Повтор
    say: Ваш номер {phone}.
    next: line
  line:
    title: Оператор
    do: {queue: general, topic: general}
dispositions:
  done: Закончено
"""


async def told_the_number(centre: Centre) -> tuple[str, Path]:
    """A caller who hears the number just keyed in, and the file of it."""
    call = await centre.in_menu()
    asked = centre.engine.heard(call).file
    centre.engine.caller_presses(call, "9001234567#")
    await centre.until(lambda: centre.engine.heard(call).file not in (None, asked), "the number")
    file = centre.engine.heard(call).file
    assert file is not None
    return call, file


def test_what_a_caller_said_is_spoken_from_a_file_that_dies_with_the_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        cache = centre.server.config.prompts_dir
        known, kept = len(centre.server.prompts._paths), set(cache.iterdir())
        call, file = await told_the_number(centre)
        folder = tmp_path / "data" / "tmp" / "prompts"
        assert file.parent == folder
        assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
        await centre.until(lambda: centre.record(call).queued_at is not None, "queued")
        assert file.exists()
        centre.engine.caller_hangs_up(call)
        await centre.ended(call)
        await centre.until(lambda: not list(folder.iterdir()), "gone")
        assert set(cache.iterdir()) == kept
        assert len(centre.server.prompts._paths) == known

    run(tmp_path, story, menu=TELLING)


def test_what_a_server_that_died_left_of_a_caller_is_removed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call, file = await told_the_number(centre)
        await centre.start_again()
        assert not file.exists()
        assert call in centre.server.core.router.calls

    run(tmp_path, story, menu=TELLING)


def test_what_a_caller_said_is_in_no_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(centre: Centre) -> None:
        async def mute(prompt: Any) -> Any:
            return await Speaker().speak("…" + prompt.text[:0])

        centre.server.prompts.sound = mute  # type: ignore[method-assign]
        call = await centre.in_menu()
        centre.engine.caller_presses(call, "9001234567#")
        await centre.until(lambda: centre.record(call).queued_at is not None, "queued")

    run(tmp_path, story, menu=TELLING)
    told = capsys.readouterr()
    assert "prompt not made" in told.out + told.err
    assert "90012" not in (told.out + told.err).replace(NUMBER, "")


def test_a_caller_gone_in_the_midst_of_a_step_is_not_queued(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        make = centre.server.calls.menus._make

        async def hangs_up_meanwhile(leg: Any, prompt: Any) -> Path:
            centre.engine.caller_hangs_up(call)
            return await make(leg, prompt)

        centre.server.calls.menus._make = hangs_up_meanwhile
        record = await centre.ended(call)
        assert (record.outcome, record.queued_at) == ("abandoned_menu", None)

    run(tmp_path, story)


def test_a_number_keyed_in_goes_into_the_operators_card(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        centre.engine.caller_presses(call, "9001234567#")
        await centre.until(lambda: bool(centre.server.calls.menus.results[call].fields), "a field")
        assert centre.server.calls.menus.results[call].fields["phone"] == "+79001234567"
        centre.engine.caller_presses(call, "0")
        await centre.until(lambda: centre.record(call).queued_at is not None, "queued")

    run(tmp_path, story, menu=ASKING)


def test_unusable_digits_are_asked_again_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        centre.engine.caller_presses(call, "12#")
        await asyncio.sleep(0.1)
        assert centre.record(call).step == "phone"
        assert centre.engine.heard(call).file is not None
        centre.engine.caller_presses(call, "34#")
        await centre.until(lambda: centre.record(call).step == "goodbye_or_line", "goes on")
        assert "phone" not in centre.server.calls.menus.results[call].fields

    run(tmp_path, story, menu=ASKING)


@pytest.mark.parametrize(("key", "callbacks"), [("1", 1), ("2", 0)])
def test_a_menu_can_end_the_call(tmp_path: Path, key: str, callbacks: int) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_menu()
        centre.engine.caller_presses(call, "9001234567#")
        await centre.until(lambda: centre.record(call).step == "goodbye_or_line", "goes on")
        centre.engine.caller_presses(call, key)
        record = await centre.ended(call)
        assert record.outcome == "served_by_menu"
        assert len(centre.server.core.router.callbacks) == callbacks

    run(tmp_path, story, menu=ASKING)
