import InkChat

extension Schema {
  fileprivate static let response = object(
    [
      member("id", string), member("object", word("response")), member("created_at", ["type": "integer"]),
      member("status", word("completed", "incomplete", "failed")), optional("error", freeObject),
      optional("incomplete_details", freeObject), member("model", string), member("output", list(freeObject)),
      optional("usage", freeObject), member("metadata", freeObject),
    ], required: ["id", "object", "created_at", "status", "model", "output"])

  fileprivate static func responseMembers() -> [JSONMember] {
    let item = object([optional("type", string)])
    let tool = object(
      [
        member("type", word("function")), member("name", text), optional("description", string),
        optional("parameters", freeObject), optional("strict", boolean),
      ], required: ["type", "name"])
    let format = object(
      [
        member("type", word("text", "json_object", "json_schema")), optional("name", string),
        optional("schema", freeObject), optional("strict", boolean),
      ], required: ["type"])
    return [
      model, member("input", any(of: string, list(item, 1...100_000))), optional("instructions", string),
      optional("previous_response_id", string), optional("store", boolean, "True unless said otherwise."),
      optional("stream", boolean), optional("max_output_tokens", integer(1...Int(Int32.max))),
      optional("temperature", number(0...2)), optional("top_p", number(0...1)), optional("tools", list(tool, 0...1024)),
      optional("tool_choice", any(of: word("none", "auto", "required"), freeObject)),
      optional("parallel_tool_calls", boolean), optional("text", object([optional("format", format)])),
      optional(
        "reasoning",
        object([
          optional("effort", word("none", "minimal", "low", "medium", "high", "xhigh")), optional("summary", string),
        ])),
      optional("include", list(string, 0...32)), optional("top_logprobs", integer(0...20)),
      optional("truncation", word("disabled")), optional("metadata", freeObject), optional("user", string),
    ]
  }
}

extension CreateResponseRoute {
  static let description = RouteDescription(
    "Answer, and keep the answer to go on with",
    body: .json(Schema.object(Schema.responseMembers(), required: ["input"])),
    answers: [
      RouteDescription.Answer("application/json", Schema.response),
      RouteDescription.Answer("text/event-stream"),
    ])
}

extension ResponseInputTokensRoute {
  static let description = RouteDescription(
    "Count the tokens that a response would begin with",
    body: .json(Schema.object(Schema.responseMembers(), required: ["input"])),
    answers: [
      RouteDescription.Answer(
        "application/json",
        Schema.object(
          [
            Schema.member("object", Schema.word("response.input_tokens")),
            Schema.member("input_tokens", Schema.integer(0...Int(Int32.max))),
          ], required: ["object", "input_tokens"]))
    ])
}

extension ResponseRoutes {
  static let getDescription = RouteDescription(
    "Get a response that was kept", answers: [RouteDescription.Answer("application/json", Schema.response)],
    parameters: [Schema.parameter("stream", Schema.word("false"))])
  static let deleteDescription = RouteDescription(
    "Drop a response", answers: [RouteDescription.Answer("application/json", Schema.deleted("response"))])
  static let cancelDescription = RouteDescription(
    "Cancel a response that is made in the background, of which there are none")
}

extension ResponseInputItemsRoute {
  static let description = RouteDescription(
    "List what was said to get a response",
    answers: [RouteDescription.Answer("application/json", Schema.page(of: Schema.freeObject))],
    parameters: Schema.listParameters(limit: 100))
}
