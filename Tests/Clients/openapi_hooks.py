"""What `schemathesis` does with every request before it is sent."""

from __future__ import annotations

from typing import Any

import schemathesis

# A request that says nothing of a limit may go on to the end of the model's context.
LIMIT = 4
LIMITED = {
    "/v1/chat/completions": "max_tokens", "/v1/completions": "max_tokens", "/v1/responses": "max_output_tokens",
    "/v1/messages": "max_tokens", "/api/chat": "options.num_predict", "/api/generate": "options.num_predict",
}


def limit(body: dict[str, Any], name: str) -> None:
    """Lowers what is absent or a large number, and leaves what is wrong for the server to find."""
    first, _, rest = name.partition(".")
    if rest:
        inner = body.setdefault(first, {})
        if inner is None:
            inner = body[first] = {}
        if isinstance(inner, dict):
            limit(inner, rest)
        return
    value = body.get(first)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > LIMIT):
        body[first] = LIMIT


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, **kwargs: Any) -> None:
    name = LIMITED.get(case.operation.path)
    if name is None or not isinstance(case.body, dict):
        return
    limit(case.body, name)
    for other in ("max_completion_tokens", "n", "best_of"):
        if case.body.get(other) is not None:
            limit(case.body, other)
