"""The OpenAPI document, made of the types that go over the wire."""

from __future__ import annotations

import functools
import re
from typing import Any

import msgspec

from ekc_console import __version__
from ekc_console.server.resources import asked
from ekc_console.server.resources.table import PREFIX, RESOURCES, Many, Resource
from ekc_console.wire.login import HttpError, LoggedIn, Login
from ekc_console.wire.messages import PROTOCOL, Reply, Request

PATH = "/api/openapi.json"
_REF = "#/components/schemas/{name}"
_ERRORS = {
    "400": "Параметр или тело не то: что именно — в message.",
    "401": "Нет входа: сеанс окончен, логин или пароль неверны.",
    "403": "Нет права, или учётной записи сюда нельзя.",
    "404": "Такого нет.",
    "405": "По этому адресу так не обращаются: читают GET, пишут POST.",
    "409": "Сейчас это невозможно.",
    "413": "Тело или адрес слишком велики.",
    "429": "Слишком много неверных входов: повторите позже.",
    "500": "Сервер не справился: подробности в его журнале.",
    "503": "Хранилище или телефония не отвечают: повторите позже.",
}
_ABOUT = (
    "Чтение — по ресурсам под /api/v1, запись — одна команда, POST /api/command. Что кому видно, "
    "решает та же таблица прав, что у консолей. Ошибки — code для программы и message для людей. "
    f"Версия протокола консолей: {PROTOCOL}."
)


@functools.cache
def encoded() -> bytes:
    return msgspec.json.encode(document())


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    types = [resource.item for resource in RESOURCES]
    types += [Login, LoggedIn, HttpError, Request, Reply]
    _refs, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    paths: dict[str, Any] = {}
    for resource in RESOURCES:
        if isinstance(resource, Many):
            schemas[_page_name(resource)] = _page(resource)
        paths[PREFIX + resource.path] = {"get": _get(resource)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "EKC", "version": __version__, "description": _ABOUT},
        "security": [{"session": []}, {"password": []}],
        "paths": {**paths, **_WRITING},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _get(resource: Resource) -> dict[str, Any]:
    name = _page_name(resource) if isinstance(resource, Many) else resource.item.__name__
    return {
        "summary": resource.about,
        "operationId": "get" + re.sub(r"\W+", "_", resource.path),
        "parameters": _parameters(resource),
        "responses": {"200": _json(name, "Есть."), **_errors()},
    }


def _parameters(resource: Resource) -> list[dict[str, Any]]:
    in_path = set(re.findall(r"{(\w+)}", resource.path))
    told = []
    for name in resource.asked.__struct_fields__:
        schema = dict(asked.parameter(resource.asked, name))
        about = schema.pop("description", "")
        where = "path" if name in in_path else "query"
        one = {"name": name, "in": where, "required": name in in_path, "schema": schema}
        told.append(one | ({"description": about} if about else {}))
    return told


def _page_name(resource: Many) -> str:
    return f"{resource.item.__name__}Page"


def _page(resource: Many) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": _ref(resource.item.__name__)},
            "next": {
                "type": ["string", "null"],
                "description": "cursor следующей страницы; null — эта последняя.",
            },
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}


def _json(name: str, about: str) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": _ref(name)}}}


def _errors(*but: str) -> dict[str, Any]:
    return {
        status: _json("HttpError", about) for status, about in _ERRORS.items() if status not in but
    }


def _post(about: str, body: str, result: str, **more: Any) -> dict[str, Any]:
    return {
        "post": {
            "summary": about,
            "operationId": f"post_{body}",
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _ref(body)}},
            },
            "responses": {"200": _json(result, "Ответ."), **_errors("404", "409")},
            **more,
        }
    }


_WRITING = {
    "/api/login": _post(
        "Начать сеанс; прежний сеанс этой учётной записи кончается.",
        "Login",
        "LoggedIn",
        security=[],
    ),
    "/api/command": _post(
        "Команда: сделана или отказ с причиной (ok, code, words). Повтор с тем же id не делает "
        "второй раз.",
        "Request",
        "Reply",
    ),
}
