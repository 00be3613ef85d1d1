"""An endpoint with OpenAI's API that behaves as it is told, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any], "Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the stand-in's answer."""

    server: StandIn

    def do_GET(self) -> None:
        self.status(404, {"error": {"message": "not here"}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        try:
            self.server.answer(body, self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def status(self, number: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(number)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()

    def event(self, value: Any) -> None:
        self.wfile.write(b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n")
        self.wfile.flush()

    def piece(self, text: str, reason: str | None = None) -> None:
        self.event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]})

    def say(self, text: str) -> None:
        """A whole answer, without the counts of tokens that were asked for."""
        self.begin()
        for start in range(0, len(text), 7):
            self.piece(text[start : start + 7])
        self.piece("", "stop")
        self.event(b"[DONE]")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class StandIn(ThreadingHTTPServer):
    """The endpoint, on a port of its own, until the block ends."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.left = threading.Event()

    @property
    def model(self) -> str:
        """As the command line names a model behind it."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1#stand-in"

    def __enter__(self) -> StandIn:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
