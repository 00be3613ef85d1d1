import InkChat

extension Schema {
  /// The schemas that stand under `components`.
  static let shared: [JSONMember] = [
    JSONMember("Error", error), JSONMember("Tool", tool), JSONMember("ToolCall", toolCall),
    JSONMember("MessagePart", part), JSONMember("Message", message), JSONMember("Usage", usage),
    JSONMember("Model", listing),
  ]

  private static let nullableString: JSONValue = any(of: string, ["type": "null"])

  private static let error = object(
    [
      member(
        "error",
        object(
          [
            member("message", string), member("type", string), member("param", nullableString),
            member("code", nullableString),
          ], required: ["message", "type", "param", "code"]))
    ], required: ["error"])

  private static let tool = object(
    [
      member("type", ["type": "string", "const": "function"]),
      member(
        "function",
        object(
          [
            member("name", ["type": "string", "minLength": 1, "maxLength": 64]), optional("description", string),
            optional("parameters", freeObject, "A JSON Schema of the arguments."), optional("strict", boolean),
          ], required: ["name"])),
    ], required: ["type", "function"])

  private static let toolCall = object(
    [
      member("id", string), member("type", ["type": "string", "const": "function"]),
      member(
        "function",
        object([member("name", string), member("arguments", string, "JSON text.")], required: ["name", "arguments"])),
    ], required: ["id", "type", "function"])

  private static let part = any(
    of: object(
      [member("type", ["type": "string", "const": "text"]), member("text", string)], required: ["type", "text"]),
    object(
      [
        member("type", ["type": "string", "const": "image_url"]),
        member(
          "image_url",
          object(
            [
              member(
                "url",
                ["type": "string", "pattern": "^data:image/(png|jpeg|gif|webp|bmp);base64,([A-Za-z0-9+/]{4})+$"],
                "The image itself; nothing is fetched from the network."),
              optional("detail", string),
            ], required: ["url"])),
      ], required: ["type", "image_url"]))

  private static let content: JSONValue = any(of: string, list(reference("MessagePart"), 1...10_000))

  private static let message = any(
    of: object(
      [member("role", word("system", "developer", "user")), member("content", content), optional("name", string)],
      required: ["role", "content"]),
    object(
      [
        member("role", ["type": "string", "const": "assistant"]), member("content", content), optional("name", string),
        optional("reasoning_content", string), optional("refusal", string),
        optional("tool_calls", list(reference("ToolCall"), 0...1024)),
      ], required: ["role", "content"]),
    object(
      [
        member("role", ["type": "string", "const": "assistant"]), optional("content", content),
        member("tool_calls", list(reference("ToolCall"), 1...1024)),
      ], required: ["role", "tool_calls"]),
    object(
      [
        member("role", ["type": "string", "const": "tool"]), member("content", content),
        member("tool_call_id", string), optional("name", string),
      ], required: ["role", "content", "tool_call_id"]))

  private static let usage = object(
    [
      member("prompt_tokens", integer(0...Int(Int32.max)), "Cached ones included."),
      member("completion_tokens", integer(0...Int(Int32.max))), member("total_tokens", integer(0...Int(Int32.max))),
      member("prompt_tokens_details", object([member("cached_tokens", integer(0...Int(Int32.max)))])),
      member("completion_tokens_details", object([member("reasoning_tokens", integer(0...Int(Int32.max)))])),
    ], required: ["prompt_tokens", "completion_tokens", "total_tokens"])

  private static let listing = object(
    [
      member("id", string), member("object", ["type": "string", "const": "model"]),
      member("created", ["type": "integer"]),
      member("owned_by", string), optional("parent", string),
      member("meta", freeObject, "What OpenAI has no word for."),
    ], required: ["id", "object", "created", "owned_by", "meta"])
}
