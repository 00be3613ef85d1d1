import InkChat

extension Schema {
  fileprivate static func anthropicMembers() -> [JSONMember] {
    let block = object([member("type", text)], required: ["type"])
    let content = any(of: string, list(block, 1...10_000))
    let message = object(
      [member("role", word("user", "assistant")), member("content", content)], required: ["role", "content"])
    let tool = object(
      [member("name", text), optional("description", string), optional("input_schema", freeObject)], required: ["name"])
    return [
      member("model", string), member("messages", list(message, 1...100_000)),
      optional("system", any(of: string, list(block))), optional("temperature", number(0...2)),
      optional("top_p", number(0...1)), optional("top_k", integer(-1...Int(Int32.max))),
      optional("stop_sequences", list(text, 0...64)), optional("stream", boolean), optional("tools", list(tool)),
      optional(
        "tool_choice",
        object([member("type", word("auto", "any", "tool", "none")), optional("name", string)], required: ["type"])),
      optional(
        "thinking",
        object([member("type", word("enabled", "disabled", "adaptive"))], required: ["type"])),
      optional("metadata", object([optional("user_id", string)])),
    ]
  }
}

extension AnthropicMessagesRoute {
  static let description = RouteDescription(
    "Answer a conversation, as Anthropic's API does",
    details: "The key may stand in x-api-key. Errors have Anthropic's shape.",
    body: .json(
      Schema.object(
        Schema.anthropicMembers() + [Schema.member("max_tokens", Schema.integer(1...Int(Int32.max)))],
        required: ["model", "messages", "max_tokens"])),
    answers: [
      RouteDescription.Answer("application/json", Schema.freeObject), RouteDescription.Answer("text/event-stream"),
    ])
}

extension AnthropicCountTokensRoute {
  static let description = RouteDescription(
    "Count the tokens of a conversation, as Anthropic's API does",
    body: .json(Schema.object(Schema.anthropicMembers(), required: ["model", "messages"])),
    answers: [
      RouteDescription.Answer(
        "application/json",
        Schema.object([Schema.member("input_tokens", Schema.integer(0...Int(Int32.max)))], required: ["input_tokens"]))
    ])
}
