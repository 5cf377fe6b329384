"""Knowledge search over 5,000 question-answer pairs: the index alone, and a key through WebSocket.

Prints figures; bar: an answer in under 50 ms.
"""

from __future__ import annotations

import asyncio
import datetime
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ekc_console.config import shipped_scripts
from ekc_console.domain.knowledge import Answer, Knowledge
from ekc_console.scenario_files import check_knowledge
from ekc_console.server.core.clock import Clock
from ekc_console.server.knowledge import Index, entries
from ekc_console.wire import codec, messages, side_work

PAIRS = 5000
QUERIES = 2000
TODAY = datetime.date(2026, 11, 1)
SYLLABLES = [first + second for first in "бвгдзклмнпрстфхцчш" for second in "аеиоу"]


def knowledge(dice: random.Random) -> Knowledge:
    """The shipped entries, and as many more of their words and of words made up."""
    shipped = check_knowledge(shipped_scripts(), None, TODAY).knowledge
    real = [w for a in shipped.answers for w in f"{a.question} {a.answer}".split()]
    made = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 5))) for _ in range(20_000)]
    answers = list(shipped.answers)
    for number in range(PAIRS - len(answers)):
        question = dice.choices(real, k=4) + dice.choices(made, k=3)
        answer = dice.choices(real, k=25) + dice.choices(made, k=15)
        answers.append(
            Answer(
                f"a{number}", "general", " ".join(question), " ".join(answer), (), "Отдел", TODAY
            )
        )
    return Knowledge(tuple(answers), shipped.clinics)


def queries(found: Knowledge, dice: random.Random) -> list[str]:
    """Questions cut where somebody is still typing, half of them with an error."""
    typed = []
    for answer in dice.choices(found.answers, k=QUERIES):
        text = " ".join(answer.question.split()[: dice.randint(1, 5)])
        if dice.random() < 0.5 and len(text) > 4:
            at = dice.randrange(1, len(text) - 1)
            text = text[:at] + text[at + 1 :]
        typed.append(text[: dice.randint(3, len(text))] if len(text) > 3 else text)
    return typed


def told(name: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=100)
    print(
        f"{name:<34} p50 {cuts[49] * 1e3:6.2f} ms   p99 {cuts[98] * 1e3:6.2f} ms   "
        f"max {max(seconds) * 1e3:6.2f} ms"
    )


def main() -> None:
    dice = random.Random(122)
    found = knowledge(dice)
    texts = queries(found, dice)
    begun = time.perf_counter()
    index = Index(entries(found, [], {}))
    built = f"index of {len(index)} entries built in"
    print(f"{built:<34} {time.perf_counter() - begun:.2f} s")
    times = []
    for text in texts:
        begun = time.perf_counter()
        index.search(text, 20)
        times.append(time.perf_counter() - begun)
    told("search, the index alone", times)
    asyncio.run(over_the_wire(index, texts[:500]))


async def over_the_wire(index: Index, texts: list[str]) -> None:
    """A whole server on the simulated engine; its knowledge is replaced by the large one."""
    import aiohttp

    from ekc_console.server.store.people import accounts
    from tests.support.centre import PASSWORD, PASSWORD_HASH
    from tests.support.simulated_centre import Centre

    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Path(folder))
        centre.clock = Clock
        await centre.open()
        centre.server.knowledge._index = index
        user = accounts.User("anna", "Анна", "operator", PASSWORD_HASH)
        await centre.server.database.write(lambda conn: accounts.add(conn, user))
        async with aiohttp.ClientSession() as http:
            body = {"login": "anna", "password": PASSWORD, "protocol": messages.PROTOCOL}
            async with http.post(f"{centre.server.url}/api/login", json=body) as answer:
                token = (await answer.json())["token"]
            socket = await http.ws_connect(f"{centre.server.url}/api/ws")
            hello = messages.Hello(protocol=messages.PROTOCOL, token=token)
            await socket.send_str(codec.encode(hello).decode())
            times = []
            for number, text in enumerate(texts):
                begun = time.perf_counter()
                request = messages.Request(
                    id=str(number), body=side_work.SearchKnowledge(text=text)
                )
                await socket.send_str(codec.encode(request).decode())
                while not isinstance(
                    codec.decode_server(await socket.receive_str()), messages.Reply
                ):
                    pass
                times.append(time.perf_counter() - begun)
            told("a key to its answer by WebSocket", times)
            await socket.close()
        await centre.close()


if __name__ == "__main__":
    main()
