"""Why a text is no YAML, in words: the place, what is wrong there, and what usually causes it.

The library speaks English and in the words of its grammar; :mod:`ekc_console.yaml_nodes` asks here
instead of passing that on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import yaml

LOOK_AT = "Проверьте отступы (пробелы, не табуляция), кавычки и двоеточия."
_QUOTES = "Возьмите всё значение в кавычки."
_BACKSLASH = "Удвойте обратную черту или возьмите значение в одинарные кавычки."
UNKNOWN = "этого места не разобрать."
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class YamlFault:
    line: int
    column: int
    """Both 1-based."""
    message: str
    remedy: str
    last_line: int = 0
    """Of what is broken by it; ``line`` where it is 0."""
    valid: bool = False
    """It is YAML, and of a shape that is not read."""

    def __str__(self) -> str:
        """Without line and remedy."""
        return self.message if self.valid else f"это не YAML, знак {self.column}: {self.message}"


READING_RAISES = (
    yaml.YAMLError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
)
"""By the library, beside its own errors: of numbers that are none, signs that there are not,
texts that are empty, brackets in brackets."""


def node_or_fault(text: str) -> tuple[yaml.Node | None, YamlFault | None]:
    """The document of a text, None where it is empty; or the first fault of it."""
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        return None, _bad_sign(text, error)
    try:
        return loader.get_single_node(), None
    except yaml.reader.ReaderError as error:
        return None, _bad_sign(text, error)
    except yaml.MarkedYAMLError as error:
        return None, _told(text, error)
    except RecursionError:
        return None, too_deep(loader.get_mark())
    except READING_RAISES:
        return None, _stumbled(text, loader.get_mark())


def too_deep(mark: yaml.Mark) -> YamlFault:
    message, remedy = "вложено слишком глубоко.", "Проверьте скобки и отступы."
    return YamlFault(mark.line + 1, mark.column + 1, message, remedy, valid=True)


def _stumbled(text: str, mark: yaml.Mark) -> YamlFault:
    """Where the library broke instead of telling a fault."""
    line, column = mark.line + 1, mark.column + 1
    if sign := re.compile(r"\\U[0-9a-fA-F]{8}").match(text, max(0, mark.index - 2)):
        what = f"знака «{sign[0]}» нет."
        return YamlFault(line, column - 2, what, _BACKSLASH)
    return YamlFault(line, column, UNKNOWN, LOOK_AT)


def _bad_sign(text: str, error: yaml.reader.ReaderError) -> YamlFault:
    before = text[: error.position]
    line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
    what = f"недопустимый знак (код {error.character:#06x}), на экране его может быть не видно."
    return YamlFault(line, column, what, "Удалите его и наберите место заново.")


def _told(text: str, error: yaml.MarkedYAMLError) -> YamlFault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    here = YamlFault(line, column, UNKNOWN, LOOK_AT)
    about = f"{error.context or ''}: {error.problem or ''}"
    for pattern, say in _KINDS:
        if match := re.search(pattern, about):
            return say(_Place(text.splitlines(), error, here, match))
    return here


@dataclass(frozen=True, slots=True)
class _Place:
    lines: list[str]
    error: yaml.MarkedYAMLError
    here: YamlFault
    """Where the library stumbled."""
    match: re.Match[str]

    def say(self, message: str, remedy: str) -> YamlFault:
        return replace(self.here, message=message, remedy=remedy)

    def begins(self, message: str, remedy: str) -> YamlFault:
        """Said of where that begins which the library could not end."""
        mark = self.error.context_mark
        if mark is None:
            return self.say(message, remedy)
        return YamlFault(mark.line + 1, mark.column + 1, message, remedy)

    def written(self, line: int) -> str:
        """1-based; empty beyond the text."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def above(self) -> int:
        """The nearest line above that says something, 0 without one."""
        for line in range(self.here.line - 1, 0, -1):
            if (bare := self.written(line).strip()) and not bare.startswith("#"):
                return line
        return 0


def _sign(place: _Place) -> YamlFault:
    sign = place.match[1]
    if sign == "\\t":
        return place.say(
            "здесь табуляция, а отступы делаются пробелами.",
            "Замените табуляции пробелами во всём файле.",
        )
    return place.say(f"значение не может начинаться с «{sign}».", _QUOTES)


def _open_quote(place: _Place) -> YamlFault:
    quote = place.written(_context_line(place))[_context_column(place) - 1 :][:1]
    return place.begins(
        f"кавычка «{quote}» открыта и не закрыта до конца файла.",
        "Закройте её в конце значения; кавычку внутри него удвойте или возьмите другие.",
    )


def _context_line(place: _Place) -> int:
    return place.error.context_mark.line + 1 if place.error.context_mark else place.here.line


def _context_column(place: _Place) -> int:
    return place.error.context_mark.column + 1 if place.error.context_mark else place.here.column


def _escape(place: _Place) -> YamlFault:
    here = place.here
    start = place.written(here.line).rfind("\\", 0, here.column)
    sign = place.written(here.line)[start : start + 2]
    return replace(
        place.say(
            f"«{sign}» в двойных кавычках ничего не значит.",
            _BACKSLASH,
        ),
        column=start + 1,
    )


def _colon(place: _Place) -> YamlFault:
    here, above = place.here, place.above()
    before = place.written(here.line)[: here.column - 1]
    if re.search(r":\s", before):
        return place.say("в значении есть двоеточие с пробелом.", _QUOTES)
    if re.search(r":(\s|$)", place.written(above)):
        first = len(before) - len(before.lstrip())
        return replace(
            place.say(
                f"отступ больше, чем у ключа в строке {above}, а у того уже есть значение.",
                "Выровняйте строку с ключами того же раздела.",
            ),
            column=first + 1,
        )
    return _no_colon(place, above)


def _no_colon(place: _Place, line: int) -> YamlFault:
    written = place.written(line)
    bare = written.lstrip(" -")
    column = len(written) - len(bare) + 1
    if glued := re.match(r"[\w.]+:(?=\S)", bare):
        what = "после двоеточия нет пробела."
        remedy = f"Напишите «{glued[0]} {bare[glued.end() :]}»."
        return YamlFault(line, column + glued.end() - 1, what, remedy, place.here.line)
    word = bare.split(maxsplit=1)[0] if bare.split() else ""
    at = column if len(bare.split()) == 1 else column + len(word)
    remedy = f"Напишите «{word}:» и значение после пробела."
    return YamlFault(line, at, f"после «{word}» нет двоеточия.", remedy, place.here.line)


def _key_alone(place: _Place) -> YamlFault:
    return _no_colon(place, _context_line(place))


def _bracket(place: _Place) -> YamlFault:
    """Of braces that hold something else than was expected."""
    opened, found = place.written(_context_line(place))[_context_column(place) - 1 :][:1], ""
    if closing := re.search(r"got '([\]}])'", place.match.string):
        found = closing[1]
    wanted = _CLOSING.get(opened, "}")
    if found:
        return place.say(f"скобку «{opened}» закрывают «{wanted}», а не «{found}».", _balance())
    if place.here.line > _context_line(place):
        return place.begins(f"скобка «{opened}» открыта и не закрыта.", f"Закройте её: «{wanted}».")
    return place.say(
        f"в скобках «{opened}{wanted}» не хватает запятой или закрывающей скобки.",
        "Разделите запятыми; значение со скобками или двоеточием возьмите в кавычки.",
    )


def _balance() -> str:
    return "Каждую скобку закрывает такая же."


def _nothing_there(place: _Place) -> YamlFault:
    if opened := _opened(place.lines):
        line, column, sign = opened
        what = f"скобка «{sign}» открыта и не закрыта."
        return YamlFault(line, column, what, f"Закройте её: «{_CLOSING[sign]}».")
    return place.say("здесь должно стоять значение.", LOOK_AT)


def _opened(lines: list[str]) -> tuple[int, int, str] | None:
    """The last bracket that nothing closes."""
    stack: list[yaml.Token] = []
    try:
        for token in yaml.scan("\n".join(lines), Loader=yaml.SafeLoader):
            if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
                stack.append(token)
            elif isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken) and stack:
                stack.pop()
    except READING_RAISES:
        pass  # as far as it can be read
    if not stack:
        return None
    mark = stack[-1].start_mark
    return mark.line + 1, mark.column + 1, lines[mark.line][mark.column]


def _block_end(place: _Place) -> YamlFault:
    found, here = place.match[1], place.here
    if found in "]}":
        return place.say(f"лишняя «{found}»: такую скобку здесь никто не открывал.", _balance())
    if found == "-":
        return place.say(
            "пункт списка «-» стоит среди ключей.",
            "Пункты пишутся под своим ключом, с отступом больше его.",
        )
    if found == "?" and "collection" in place.match.string:
        return place.say(
            "ключ стоит на месте пункта списка.",
            "Выровняйте его с ключами пункта: на два пробела правее «-».",
        )
    if found == "<scalar>" and place.written(here.line)[: here.column - 1].rstrip()[-1:] in "\"'":
        return place.say(
            "после закрывающей кавычки стоит ещё текст.",
            "Возьмите в кавычки всё значение; кавычки внутри него — другие.",
        )
    return place.say(
        "отступ не такой, как у соседних ключей.", "Выровняйте строку с ключами того же раздела."
    )


def _reference(place: _Place) -> YamlFault:
    """``*`` and ``&``, which are rarely meant."""
    column = place.here.column
    before = place.written(place.here.line)[: column - 1]
    start = max(before.rfind("*"), before.rfind("&")) if place.error.context else column - 1
    written = re.match(r"[*&]\w*", place.written(place.here.line)[max(0, start) :])
    sign = written[0] if written else "*"
    fault = place.say(f"«{sign}» без кавычек — ссылка, а такой метки нет.", _QUOTES)
    return replace(fault, column=max(0, start) + 1)


def _anchor_twice(place: _Place) -> YamlFault:
    return place.say(f"метка «&{place.match[1]}» поставлена дважды.", "Уберите одну.")


def _document(place: _Place) -> YamlFault:
    what = "строка «---» начинает другой документ."
    return place.say(what, "Уберите её: настройки — один документ.")


def _bar(place: _Place) -> YamlFault:
    what = "за «|» и «>» в той же строке ничего не пишут."
    remedy = "Начните текст со следующей строки; если это сам знак, возьмите значение в кавычки."
    return place.say(what, remedy)


def _directive(place: _Place) -> YamlFault:
    return place.say("выше стоит строка, которая начинается с «%».", "Уберите её.")


def _question(place: _Place) -> YamlFault:
    return place.say("значение не может начинаться с «?».", _QUOTES)


def _tag(place: _Place) -> YamlFault:
    return place.say("значение не может начинаться с «!».", _QUOTES)


_KINDS: tuple[tuple[str, Callable[[_Place], YamlFault]], ...] = (
    (r"found character '(\\?.)' that cannot start", _sign),
    (r"quoted scalar: found unexpected (?:end of stream|document separator)", _open_quote),
    (r"unknown escape character|expected escape sequence", _escape),
    (r"mapping values are not allowed", _colon),
    (r"could not find expected ':'", _key_alone),
    (r"parsing a flow (?:mapping|sequence): expected", _bracket),
    (r"expected the node content", _nothing_there),
    (r"expected <block end>, but found '([^']+)'", _block_end),
    (r"scanning an (?:alias|anchor)|found undefined alias", _reference),
    (r"duplicate anchor '([^']+)'", _anchor_twice),
    (r"expected a single document", _document),
    (r"scanning a block scalar", _bar),
    (r"expected '<document start>'|directive|YAML document", _directive),
    (r"mapping keys are not allowed", _question),
    (r"\btag\b", _tag),
)
"""By what the library says: context and problem."""
