"""A later start lives with what a running server lives with; it says what is old."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.client.words.saying import said
from ekc_console.config import ConfigError, Queue, Trunk, Voice, parse, shipped_scripts
from ekc_console.domain.terms.ids import QueueId
from ekc_console.errors import EkcError
from ekc_console.server.services.music import FILE_NAME
from ekc_console.server.services.prompts import PromptLibrary
from ekc_console.server.services.speech import Speaker, SpeechError
from tests.support import virtual_time
from tests.support.simulated_centre import Centre

MENU = (shipped_scripts() / "main_menu.yaml").read_text(encoding="utf-8")


def at_a_later_start(
    folder: Path,
    harm: Callable[[Centre], None],
    then: Callable[[Centre], Awaitable[None]],
) -> None:
    """A centre that has served is ended, something happens to its files, and it starts again."""

    async def story() -> None:
        centre = await Centre(folder, menu=MENU).open()
        await centre.close()
        harm(centre)
        centre.engine = type(centre.engine)(epoch=centre.server.core.clock.now())
        await centre.open()
        try:
            await then(centre)
        finally:
            await centre.close()

    virtual_time.run(story)


async def serves(centre: Centre) -> None:
    """A caller comes through the menu to an operator, who has a card."""
    anna = await centre.ready()
    leg = await centre.in_queue()
    assert (await anna.takes()).id == leg
    centre.engine.caller_hangs_up(leg)
    await anna.until_me("wrap_up")
    await anna.save_card()


def scripts(centre: Centre) -> Path:
    assert centre.scripts is not None
    return centre.scripts


def half_edited(centre: Centre) -> None:
    file = scripts(centre) / "main_menu.yaml"
    file.write_text(MENU.replace("to_appointments", "to_nowhere", 1), encoding="utf-8")


def no_yaml(centre: Centre) -> None:
    (scripts(centre) / "appointment.yaml").write_text("id: [", encoding="utf-8")


def folder_gone(centre: Centre) -> None:
    shutil.rmtree(scripts(centre))


def menu_gone(centre: Centre) -> None:
    (scripts(centre) / "main_menu.yaml").unlink()


@pytest.mark.parametrize("harm", [half_edited, no_yaml, folder_gone, menu_gone])
def test_the_last_good_scenarios_serve(tmp_path: Path, harm: Callable[[Centre], None]) -> None:
    async def then(centre: Centre) -> None:
        told = centre.server.conditions.words
        assert centre.server.health.report()["not_in_order"] == told
        assert "действуют последние верные" in said(told["scenarios"])
        assert centre.server.live.views.engine.not_in_order == (told["scenarios"],)
        await serves(centre)

    at_a_later_start(tmp_path, harm, then)


def test_a_key_to_a_queue_that_is_gone_leads_where_silence_leads(tmp_path: Path) -> None:
    """With the topic that the caller has chosen."""

    def harm(centre: Centre) -> None:
        queues = [queue for queue in centre.server.config.queues if queue.id != "other"]
        centre.changes["queues"] = (*queues, Queue(QueueId("spare"), "Запасная"))

    async def then(centre: Centre) -> None:
        assert "«other», которой нет" in said(centre.server.conditions.words["menu_queues"])
        leg = await centre.in_queue(key="6")
        record = centre.record(leg)
        assert (record.queue, record.topic) == ("general", "other")

    at_a_later_start(tmp_path, harm, then)


def test_mended_scenarios_are_new_at_the_next_start(tmp_path: Path) -> None:
    async def then(centre: Centre) -> None:
        await centre.close()
        half_mended = MENU.replace("title: Выбор темы", "title: Выбор", 1)
        (scripts(centre) / "main_menu.yaml").write_text(half_mended, encoding="utf-8")
        await centre.open()
        assert centre.server.health.report()["not_in_order"] == {}
        assert centre.server.calls.menus.scenarios["main_menu"].steps["menu"].title == "Выбор"

    at_a_later_start(tmp_path, half_edited, then)


def test_the_first_start_refuses_faulty_scenarios_with_file_and_line(tmp_path: Path) -> None:
    centre = Centre(tmp_path, menu=MENU)
    half_edited(centre)
    with pytest.raises(EkcError, match=r"main_menu\.yaml:\d+: .*to_nowhere"):
        asyncio.run(centre.open())


def test_a_faulty_configuration_is_refused_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"c\.yaml:2: queues"):
        parse("server: {port: 8122}\nqueues: 7\n", "c.yaml")


def test_a_prompt_that_cannot_be_spoken_keeps_nobody_from_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mute(speaker: Speaker, text: str) -> None:
        raise SpeechError("Синтезатор речи не работает.")

    monkeypatch.setattr(Speaker, "speak", mute)
    monkeypatch.setattr(PromptLibrary, "_ready", lambda library, prompt: None)

    async def then(centre: Centre) -> None:
        assert "не готовы" in said(centre.server.conditions.words["prompts"])
        anna = await centre.ready()
        centre.engine.caller_calls("+79000000101", tone=700)
        await anna.takes()

    at_a_later_start(tmp_path, lambda centre: None, then)


def test_a_recording_that_cannot_be_used_is_spoken(tmp_path: Path) -> None:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    (recorded / "goodbye.wav").write_bytes(b"no sound")
    (recorded / "cut.wav").write_bytes(b"")

    def harm(centre: Centre) -> None:
        centre.changes["voice"] = Voice(recorded_dir=str(recorded))

    async def then(centre: Centre) -> None:
        assert "не готовы: 2" in said(centre.server.conditions.words["prompts"])
        await serves(centre)

    at_a_later_start(tmp_path, harm, then)


def test_a_folder_of_recordings_that_is_gone_is_said(tmp_path: Path) -> None:
    def harm(centre: Centre) -> None:
        centre.changes["voice"] = Voice(recorded_dir=str(tmp_path / "nowhere"))

    async def then(centre: Centre) -> None:
        assert list(centre.server.conditions.words) == ["recorded_prompts"]
        await serves(centre)

    at_a_later_start(tmp_path, harm, then)


def test_a_trunk_without_its_password_is_left_out(tmp_path: Path) -> None:
    given = Trunk(
        name="north", mode="register", registrar="sip.example.org", user="1", password_env="NOT_SET"
    )

    async def story() -> None:
        centre = await Centre(tmp_path, menu=MENU).open()
        await serves(centre)
        await centre.close()
        centre.changes["trunks"] = (given,)
        centre.engine = type(centre.engine)(epoch=centre.server.core.clock.now())
        await centre.open()
        try:
            assert "«north» не включена" in said(centre.server.conditions.words["trunk_north"])
        finally:
            await centre.close()

    virtual_time.run(story)


def test_a_trunk_without_its_password_is_refused_at_a_first_start(tmp_path: Path) -> None:
    given = Trunk(
        name="north", mode="register", registrar="sip.example.org", user="1", password_env="NOT_SET"
    )
    with pytest.raises(ConfigError, match="NOT_SET"):
        asyncio.run(Centre(tmp_path, trunks=(given,)).open())


def test_music_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    def harm(centre: Centre) -> None:
        (tmp_path / "data/music" / FILE_NAME).unlink()
        (tmp_path / "data/music" / FILE_NAME).mkdir()

    async def then(centre: Centre) -> None:
        assert list(centre.server.conditions.words) == ["music"]
        await serves(centre)

    at_a_later_start(tmp_path, harm, then)


def test_knowledge_with_faults_is_said(tmp_path: Path) -> None:
    def harm(centre: Centre) -> None:
        file = next((scripts(centre) / "knowledge").glob("*.yaml"))
        file.write_text("answers: 7", encoding="utf-8")

    async def then(centre: Centre) -> None:
        assert list(centre.server.conditions.words) == ["knowledge"]
        await serves(centre)

    at_a_later_start(tmp_path, harm, then)


def test_knowledge_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    def harm(centre: Centre) -> None:
        folder = scripts(centre) / "knowledge"
        shutil.rmtree(folder)
        folder.symlink_to(folder.name)

    async def then(centre: Centre) -> None:
        assert list(centre.server.conditions.words) == ["knowledge"]
        await serves(centre)

    at_a_later_start(tmp_path, harm, then)
