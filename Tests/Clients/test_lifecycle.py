"""How a server starts, stops and guards what it has."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlparse

import httpx
import openai
import pytest
from server import MODEL, PROGRAM, REPOSITORY, Server

QUESTION = [{"role": "user", "content": "Count as far as you can."}]
# An answer that only its limit ends.
ENDLESS = {"2": -100, "0": -100}


def client_of(server: Server, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=server.address + "/v1", api_key=key, max_retries=0, timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_that_has_begun_is_finished_after_the_first_signal(number: signal.Signals) -> None:
    with Server("--model", MODEL) as server:
        stream = client_of(server).chat.completions.create(
            model=MODEL, messages=QUESTION, stream=True, max_tokens=120, temperature=0, logit_bias=ENDLESS
        )
        chunks = iter(stream)
        next(chunks)
        server.signal(number)
        rest = list(chunks)
        assert rest[-1].choices[0].finish_reason == "length"
        assert server.ended() == 0 and not server.errors
        assert server.output == [json.dumps({"listening": server.address}, separators=(",", ":"))]


def test_a_draining_server_takes_no_new_work() -> None:
    with Server("--model", MODEL) as server:
        client = client_of(server)
        stream = client.chat.completions.create(
            model=MODEL, messages=QUESTION, stream=True, max_tokens=400, temperature=0, logit_bias=ENDLESS
        )
        chunks = iter(stream)
        next(chunks)
        server.signal(signal.SIGTERM)
        time.sleep(0.2)
        with pytest.raises((openai.InternalServerError, openai.APIConnectionError)):
            client.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=1)
        assert list(chunks)[-1].choices[0].finish_reason == "length"
        assert server.ended() == 0


def test_the_second_signal_stops_at_once() -> None:
    with Server("--model", MODEL) as server:
        stream = client_of(server).chat.completions.create(
            model=MODEL, messages=QUESTION, stream=True, max_tokens=8000, temperature=0, logit_bias=ENDLESS
        )
        next(iter(stream))
        server.signal(signal.SIGTERM)
        time.sleep(0.2)
        assert server.process.poll() is None
        server.signal(signal.SIGTERM)
        assert server.ended(5) != 0


def test_a_server_without_models_answers_and_stops(tmp_path: Path) -> None:
    none = tmp_path / "none.yaml"
    none.write_text("models: []\n", encoding="utf-8")
    with Server("--config", str(none)) as server:
        assert list(client_of(server).models.list()) == []
        with pytest.raises(openai.NotFoundError):
            client_of(server).chat.completions.create(model=MODEL, messages=QUESTION)
        assert server.stopped() == 0 and not server.errors


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finished = subprocess.run(
            [PROGRAM, "serve", "--json", "--port", str(taken.getsockname()[1])], cwd=REPOSITORY, capture_output=True,
            text=True, timeout=30, check=False,
        )
    assert finished.returncode not in (0, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGILL, -signal.SIGTRAP)
    assert finished.stderr.strip() and not finished.stdout


def test_a_model_that_is_not_there_is_said_so() -> None:
    finished = subprocess.run(
        [PROGRAM, "serve", "--json", "--port", "0", "--model", "./nothing.gguf"], cwd=REPOSITORY, capture_output=True,
        text=True, timeout=30, check=False,
    )
    assert finished.returncode == 3 and "nothing.gguf" in finished.stderr and not finished.stdout


def test_strict_servers_refuse_unknown_fields() -> None:
    with Server("--model", MODEL, "--strict") as server:
        with pytest.raises(openai.BadRequestError) as failure:
            client_of(server).chat.completions.create(
                model=MODEL, messages=QUESTION, max_tokens=1, extra_body={"temprature": 1}
            )
        assert "temprature" in str(failure.value)
        assert client_of(server).chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=1).choices
        assert server.stopped() == 0


def test_keys_are_asked_for_and_their_limits_kept(tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text("key-of-ada ada\nkey-of-bob bob 2 1\n", encoding="utf-8")
    keys.chmod(0o600)
    with Server("--model", MODEL, "--api-key-file", str(keys)) as server:
        assert server.request("/health")[0] == 200
        for wrong in ("none", "key-of-ad", "key-of-adaa"):
            with pytest.raises(openai.AuthenticationError) as failure:
                client_of(server, wrong).models.list()
            assert failure.value.code == "invalid_api_key"
        ada, bob = client_of(server, "key-of-ada"), client_of(server, "key-of-bob")
        for _ in range(4):
            assert ada.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=1).choices
        with pytest.raises(openai.RateLimitError) as limited:
            for _ in range(4):
                bob.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=1)
        assert int(limited.value.response.headers["retry-after"]) > 0
        # The keys stand in no log.
        assert server.stopped() == 0
        assert not any("key-of" in line for line in server.log)


def test_prompts_are_not_logged() -> None:
    with Server("--model", MODEL, "--log-level", "debug") as server:
        secret = [{"role": "user", "content": "The password is swordfish."}]
        client_of(server).chat.completions.create(model=MODEL, messages=secret, max_tokens=4)
        assert server.stopped() == 0
        assert server.log and not any("swordfish" in line for line in server.log)


def test_requests_beyond_the_queue_are_refused_and_the_others_answered() -> None:
    with Server("--model", MODEL, "--parallel", "2", "--queue", "2") as server:
        client = client_of(server)
        outcomes: list[str] = []

        def ask() -> None:
            try:
                answer = client.chat.completions.create(
                    model=MODEL, messages=QUESTION, max_tokens=150, temperature=0, logit_bias=ENDLESS
                )
                outcomes.append(answer.choices[0].finish_reason)
            except openai.RateLimitError as error:
                assert int(error.response.headers["retry-after"]) > 0
                outcomes.append("refused")

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 12
        assert outcomes.count("refused") >= 4 and outcomes.count("length") >= 4
        assert server.stopped() == 0


def test_slow_and_broken_connections_harm_nobody(server: Server, client: openai.OpenAI, model: str) -> None:
    address = urlparse(server.address)
    sockets = []
    for sent in (b"", b"POST /v1/chat", b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{"):
        for _ in range(10):
            connection = socket.create_connection((address.hostname, address.port), timeout=5)
            connection.sendall(sent)
            sockets.append(connection)
    assert client.chat.completions.create(model=model, messages=QUESTION, max_tokens=2).choices
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 4096):
        with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
            connection.sendall(garbage)
    for connection in sockets:
        connection.close()
    assert client.chat.completions.create(model=model, messages=QUESTION, max_tokens=2).choices


def test_a_page_and_a_line_for_curl_are_told_to_a_person() -> None:
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--model", MODEL], cwd=REPOSITORY, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        told = ""
        assert process.stderr
        for line in process.stderr:
            told += line
            if "curl" in line:
                break
        address = next(word for word in told.split() if word.startswith("http://")).rstrip("/")
        page = httpx.get(address + "/", timeout=10)
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        curl = next(line for line in told.splitlines() if "curl" in line)
        # As it is printed, but for a limit: nobody knows how long a drawn answer becomes.
        brief = curl[curl.index("curl") :].replace('"messages"', '"max_tokens": 8, "messages"')
        shell = subprocess.run(
            ["bash", "-c", brief + " --silent --fail"], capture_output=True, text=True, timeout=60, check=False
        )
        assert shell.returncode == 0 and json.loads(shell.stdout)["choices"]
    finally:
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=20)
    assert process.returncode == 0 and "rror" not in rest
