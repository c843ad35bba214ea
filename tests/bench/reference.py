"""The reference of the benchmark: the SDK `openai-chatkit`, as fast as a user of it can serve it.

Starlette without FastAPI's layers, uvicorn on uvloop and httptools, no access log, and a store that keeps everything in
dictionaries of this process, hands out what it holds without copying it and writes nothing anywhere. It answers the
messages that `crates/bench/src/serve.rs` answers, with the same events. Run by `cargo xtask bench server`:
`python reference.py PORT`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import uvicorn
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError, Store
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    Page,
    ProgressUpdateEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route


class Rows:
    """Rows in the order they came, found by id in constant time."""

    def __init__(self) -> None:
        self.order: list[Any] = []
        self.places: dict[str, int] = {}

    def put(self, row: Any) -> None:
        place = self.places.get(row.id)
        if place is None:
            self.places[row.id] = len(self.order)
            self.order.append(row)
        else:
            self.order[place] = row

    def get(self, row_id: str) -> Any:
        place = self.places.get(row_id)
        if place is None:
            raise NotFoundError(f"no row {row_id}")
        return self.order[place]

    def page(self, limit: int, after: str | None, order: str) -> Page[Any]:
        count = len(self.order)
        if order == "asc":
            start = 0 if after is None else self.places[after] + 1
            page = self.order[start : start + limit]
            has_more = start + limit < count
        else:
            end = count if after is None else self.places[after]
            page = self.order[max(0, end - limit) : end][::-1]
            has_more = end > limit
        return Page(data=page, has_more=has_more, after=page[-1].id if has_more else None)


class MemoryStore(Store[str]):
    """What the benchmark needs of a store, by user, with nothing that costs time."""

    def __init__(self) -> None:
        self.threads: dict[str, Rows] = {}
        self.items: dict[tuple[str, str], Rows] = {}

    async def load_thread(self, thread_id: str, context: str) -> ThreadMetadata:
        return self.threads.setdefault(context, Rows()).get(thread_id)

    async def save_thread(self, thread: ThreadMetadata, context: str) -> None:
        self.threads.setdefault(context, Rows()).put(thread)

    async def load_threads(self, limit: int, after: str | None, order: str, context: str) -> Page[ThreadMetadata]:
        return self.threads.setdefault(context, Rows()).page(limit, after, order)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: str
    ) -> Page[Any]:
        return self.items.setdefault((context, thread_id), Rows()).page(limit, after, order)

    async def add_thread_item(self, thread_id: str, item: Any, context: str) -> None:
        self.items.setdefault((context, thread_id), Rows()).put(item)

    async def save_item(self, thread_id: str, item: Any, context: str) -> None:
        self.items.setdefault((context, thread_id), Rows()).put(item)

    async def load_item(self, thread_id: str, item_id: str, context: str) -> Any:
        return self.items.setdefault((context, thread_id), Rows()).get(item_id)

    async def delete_thread(self, thread_id: str, context: str) -> None:
        raise NotImplementedError("the benchmark deletes nothing")

    async def delete_thread_item(self, thread_id: str, item_id: str, context: str) -> None:
        raise NotImplementedError("the benchmark deletes nothing")

    async def save_attachment(self, attachment: Any, context: str) -> None:
        raise NotImplementedError("the benchmark sends no files")

    async def load_attachment(self, attachment_id: str, context: str) -> Any:
        raise NotImplementedError("the benchmark sends no files")

    async def delete_attachment(self, attachment_id: str, context: str) -> None:
        raise NotImplementedError("the benchmark sends no files")


class Answering(ChatKitServer[str]):
    """`deltas N` streams one message of N deltas, `items N` stores N messages, `idle` says one word and waits."""

    def message(self, thread: ThreadMetadata, context: str, text: str | None) -> AssistantMessageItem:
        return AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(),
            content=[] if text is None else [AssistantMessageContent(text=text)],
        )

    async def respond(self, thread: ThreadMetadata, input_user_message: Any, context: str) -> AsyncIterator[Any]:
        verb, _, number = input_user_message.content[0].text.partition(" ")
        if verb == "idle":
            yield ProgressUpdateEvent(text="waiting")
            await asyncio.Event().wait()
        elif verb == "items":
            for place in range(int(number)):
                yield ThreadItemDoneEvent(item=self.message(thread, context, f"Message {place} of a long thread."))
        else:
            item = self.message(thread, context, None)
            yield ThreadItemAddedEvent(item=item)
            yield ThreadItemUpdatedEvent(
                item_id=item.id,
                update=AssistantMessageContentPartAdded(content_index=0, content=AssistantMessageContent(text="")),
            )
            text = ""
            for place in range(int(number)):
                delta = f"word{place % 10} "
                text += delta
                yield ThreadItemUpdatedEvent(
                    item_id=item.id, update=AssistantMessageContentPartTextDelta(content_index=0, delta=delta)
                )
            content = AssistantMessageContent(text=text)
            yield ThreadItemUpdatedEvent(
                item_id=item.id, update=AssistantMessageContentPartDone(content_index=0, content=content)
            )
            item.content = [content]
            yield ThreadItemDoneEvent(item=item)


server = Answering(MemoryStore())


async def chatkit(request: Request) -> Response:
    result = await server.process(await request.body(), request.headers["x-user-id"])
    if isinstance(result, StreamingResult):
        return StreamingResponse(result, media_type="text/event-stream")
    return Response(content=result.json, media_type="application/json")


async def health(_: Request) -> Response:
    return Response(content=b"{}", media_type="application/json")


app = Starlette(routes=[Route("/chatkit", chatkit, methods=["POST"]), Route("/health", health)])

if __name__ == "__main__":
    # The backlog is that of the other side: 1,024.
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="critical",
        access_log=False,
        backlog=1024,
    )
