"""The reference: a ChatKit server on the SDK `openai-chatkit`, with the script language of the conformance example.

Written against the SDK's public API only. Run by `run.mjs`: `python reference.py PORT`.
"""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import uvicorn
from chatkit.errors import CustomStreamError, ErrorCode, StreamError
from chatkit.server import ChatKitServer, StreamingResult, stream_widget
from chatkit.store import AttachmentStore, NotFoundError, Store
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    FileAttachment,
    ImageAttachment,
    Page,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStatus,
    ThreadStreamEvent,
    TranscriptionResult,
)
from chatkit.widgets import DynamicWidgetRoot, WidgetRoot
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import TypeAdapter

EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)
ITEM: TypeAdapter[Any] = TypeAdapter(ThreadItem)
STATUS: TypeAdapter[Any] = TypeAdapter(ThreadStatus)
ROOT: TypeAdapter[Any] = TypeAdapter(WidgetRoot | DynamicWidgetRoot)


def cut(rows: list[Any], limit: int, after: str | None, order: str) -> Page[Any]:
    """A page of rows that are in the order they were made."""
    rows = rows if order == "asc" else rows[::-1]
    if after is not None:
        places = [place for place, row in enumerate(rows) if row.id == after]
        if not places:
            raise NotFoundError(f"no row {after}")
        rows = rows[places[0] + 1 :]
    page = rows[:limit]
    has_more = len(rows) > limit
    return Page(data=page, has_more=has_more, after=page[-1].id if has_more else None)


class User:
    """What one user has. Python's dictionaries keep the order in which keys came."""

    def __init__(self) -> None:
        self.threads: dict[str, ThreadMetadata] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.attachments: dict[str, Any] = {}


class MemoryStore(Store[str]):
    """Everything by user; the context is the user's name. Rows are copied in and out, as a database would."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}

    def user(self, name: str) -> User:
        return self.users.setdefault(name, User())

    def rows(self, thread_id: str, context: str) -> dict[str, Any]:
        user = self.user(context)
        if thread_id not in user.threads:
            raise NotFoundError(f"no thread {thread_id}")
        return user.items.setdefault(thread_id, {})

    async def load_thread(self, thread_id: str, context: str) -> ThreadMetadata:
        self.rows(thread_id, context)
        return self.user(context).threads[thread_id].model_copy(deep=True)

    async def save_thread(self, thread: ThreadMetadata, context: str) -> None:
        fields = {name: getattr(thread, name) for name in ThreadMetadata.model_fields}
        self.user(context).threads[thread.id] = ThreadMetadata(**fields).model_copy(deep=True)

    async def load_threads(self, limit: int, after: str | None, order: str, context: str) -> Page[ThreadMetadata]:
        return cut([row.model_copy(deep=True) for row in self.user(context).threads.values()], limit, after, order)

    async def delete_thread(self, thread_id: str, context: str) -> None:
        self.user(context).threads.pop(thread_id, None)
        self.user(context).items.pop(thread_id, None)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: str
    ) -> Page[Any]:
        rows = self.rows(thread_id, context)
        return cut([row.model_copy(deep=True) for row in rows.values()], limit, after, order)

    async def add_thread_item(self, thread_id: str, item: Any, context: str) -> None:
        rows = self.rows(thread_id, context)
        if item.id in rows:
            raise ValueError(f"an item {item.id} is there already")
        rows[item.id] = item.model_copy(deep=True)

    async def save_item(self, thread_id: str, item: Any, context: str) -> None:
        self.rows(thread_id, context)[item.id] = item.model_copy(deep=True)

    async def load_item(self, thread_id: str, item_id: str, context: str) -> Any:
        rows = self.rows(thread_id, context)
        if item_id not in rows:
            raise NotFoundError(f"no item {item_id}")
        return rows[item_id].model_copy(deep=True)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: str) -> None:
        self.rows(thread_id, context).pop(item_id, None)

    async def save_attachment(self, attachment: Any, context: str) -> None:
        self.user(context).attachments[attachment.id] = attachment

    async def load_attachment(self, attachment_id: str, context: str) -> Any:
        if attachment_id not in self.user(context).attachments:
            raise NotFoundError(f"no attachment {attachment_id}")
        return self.user(context).attachments[attachment_id]

    async def delete_attachment(self, attachment_id: str, context: str) -> None:
        self.user(context).attachments.pop(attachment_id, None)


class Uploads(AttachmentStore[str]):
    """Two-phase uploads: the address of the bytes is handed out, and they are sent there with PUT."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.files: dict[str, bytes | None] = {}

    async def create_attachment(self, input: Any, context: str) -> Any:
        attachment_id = self.generate_attachment_id(input.mime_type, context)
        url = f"{self.base}/{attachment_id}"
        self.files[attachment_id] = None
        common = {
            "id": attachment_id,
            "name": input.name,
            "mime_type": input.mime_type,
            "upload_descriptor": {"url": url, "method": "PUT", "headers": {}},
        }
        if input.mime_type.startswith("image/"):
            return ImageAttachment(**common, preview_url=url)
        return FileAttachment(**common)

    async def delete_attachment(self, attachment_id: str, context: str) -> None:
        self.files.pop(attachment_id, None)


def with_thread(value: Any, thread_id: str) -> Any:
    """The value with `$thread` in its strings replaced."""
    if isinstance(value, str):
        return value.replace("$thread", thread_id)
    if isinstance(value, list):
        return [with_thread(element, thread_id) for element in value]
    if isinstance(value, dict):
        return {name: with_thread(member, thread_id) for name, member in value.items()}
    return value


async def states(roots: list[Any]) -> AsyncIterator[Any]:
    for root in roots:
        yield root


class Scripted(ChatKitServer[str]):
    """Does what the script in a message or an action says."""

    async def run(self, thread: ThreadMetadata, steps: list[Any]) -> AsyncIterator[Any]:
        for step in with_thread(steps, thread.id):
            if "event" in step:
                yield EVENT.validate_python(step["event"])
            elif "sleep_ms" in step:
                await asyncio.sleep(step["sleep_ms"] / 1000)
            elif "thread" in step:
                for name, value in step["thread"].items():
                    setattr(thread, name, STATUS.validate_python(value) if name == "status" else value)
            elif "widget" in step:
                roots = [ROOT.validate_python(root) for root in step["widget"]]
                widget = states(roots) if len(roots) > 1 or step.get("stream") else roots[0]
                async for event in stream_widget(thread, widget, step.get("copy_text")):
                    yield event
            elif step["raise"] == "custom":
                raise CustomStreamError(step["message"], allow_retry=step.get("allow_retry", False))
            elif step["raise"] == "stream":
                raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=step.get("allow_retry"))
            else:
                raise RuntimeError("a script that fails")

    def answer(self, thread: ThreadMetadata, text: str, context: str) -> ThreadItemDoneEvent:
        return ThreadItemDoneEvent(
            item=AssistantMessageItem(
                id=self.store.generate_item_id("message", thread, context),
                thread_id=thread.id,
                created_at=datetime.now(),
                content=[AssistantMessageContent(text=text)],
            )
        )

    async def respond(self, thread: ThreadMetadata, input_user_message: Any, context: str) -> AsyncIterator[Any]:
        if input_user_message is None:
            newest = (await self.store.load_thread_items(thread.id, None, 1, "desc", context)).data
            yield self.answer(thread, f"continue: {newest[0].type if newest else 'empty'}", context)
            return
        texts = [part.text for part in input_user_message.content if part.type == "input_text"]
        text = texts[0] if texts else ""
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        if isinstance(body, dict) and isinstance(body.get("script"), list):
            async for event in self.run(thread, body["script"]):
                yield event
        else:
            yield self.answer(thread, f"echo: {text}", context)

    async def action(self, thread: ThreadMetadata, action: Any, sender: Any, context: str) -> AsyncIterator[Any]:
        payload = action.payload if isinstance(action.payload, dict) else {}
        async for event in self.run(thread, payload.get("script") or []):
            yield event

    async def sync_action(self, thread: ThreadMetadata, action: Any, sender: Any, context: str) -> Any:
        payload = action.payload if isinstance(action.payload, dict) else {}
        item = payload.get("updated_item")
        item = ITEM.validate_python(with_thread(item, thread.id)) if item is not None else None
        return SyncCustomActionResponse(updated_item=item)

    async def transcribe(self, audio_input: Any, context: str) -> TranscriptionResult:
        return TranscriptionResult(text=f"{audio_input.media_type} {len(audio_input.data)} bytes")


def app(port: int) -> FastAPI:
    """One endpoint, as the samples of the SDK wire it, and the route that takes the bytes of uploads."""
    store = MemoryStore()
    uploads = Uploads(f"http://127.0.0.1:{port}/files")
    server = Scripted(store, uploads)
    routes = FastAPI()

    @routes.post("/chatkit")
    async def chatkit(request: Request) -> Response:
        user = request.headers.get("x-user-id")
        if not user:
            return JSONResponse({"error": "who are you?"}, status_code=401)
        result = await server.process(await request.body(), user)
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(content=result.json, media_type="application/json")

    @routes.put("/files/{attachment_id}")
    async def upload(attachment_id: str, request: Request) -> Response:
        if attachment_id not in uploads.files:
            return JSONResponse({"error": "no such attachment"}, status_code=404)
        uploads.files[attachment_id] = await request.body()
        for user in store.users.values():
            if attachment_id in user.attachments:
                ready = user.attachments[attachment_id].model_copy(update={"upload_descriptor": None})
                user.attachments[attachment_id] = ready
        return JSONResponse({})

    @routes.get("/files/{attachment_id}")
    async def download(attachment_id: str) -> Response:
        content = uploads.files.get(attachment_id)
        if content is None:
            return JSONResponse({"error": "no such file"}, status_code=404)
        return Response(content=content, media_type="application/octet-stream")

    return routes


if __name__ == "__main__":
    # What the handlers raise is what the cases are about, and is compared as a client sees it.
    logging.disable(logging.CRITICAL)
    chosen = int(sys.argv[1])
    uvicorn.run(app(chosen), host="127.0.0.1", port=chosen, log_level="critical")
