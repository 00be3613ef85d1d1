import InkChat

extension Schema {
  /// `model`, which Ollama's routes want.
  fileprivate static let ollamaModel = member("model", text, "The model's name, with `:latest` or without.")

  fileprivate static let ollamaOptions: [JSONMember] = [
    optional(
      "options",
      object([
        optional("temperature", number(0...100)), optional("top_k", integer(-1...Int(Int32.max))),
        optional("top_p", number(0...1)), optional("min_p", number(0...1)), optional("typical_p", number(0...1)),
        optional("repeat_penalty", number(0.01...100)), optional("repeat_last_n", integer(-1...Int(Int32.max))),
        optional("presence_penalty", number(-2...2)), optional("frequency_penalty", number(-2...2)),
        optional("seed", integer(Int.min...Int.max)), optional("num_predict", integer(-2...Int(Int32.max))),
        optional("stop", any(of: text, list(text, 0...64))),
      ])),
    optional("format", any(of: word("", "json"), freeObject)),
    optional("think", any(of: boolean, word("none", "minimal", "low", "medium", "high", "xhigh"))),
    optional("stream", boolean, "True unless said otherwise."), optional("keep_alive", anything, "Without effect."),
  ]

  fileprivate static let ollamaAnswers = [
    RouteDescription.Answer("application/json", freeObject), RouteDescription.Answer("application/x-ndjson"),
  ]
}

extension OllamaChatRoute {
  static let description = RouteDescription(
    "Answer a conversation, as Ollama does",
    body: .json(
      Schema.object(
        [
          Schema.ollamaModel,
          Schema.member(
            "messages",
            Schema.list(
              Schema.object(
                [
                  Schema.member("role", Schema.word("system", "developer", "user", "assistant", "tool")),
                  Schema.optional("content", Schema.string), Schema.optional("thinking", Schema.string),
                ], required: ["role"]))),
          Schema.optional("tools", Schema.list(Schema.reference("Tool"))),
        ] + Schema.ollamaOptions, required: ["model", "messages"])), answers: Schema.ollamaAnswers)
}

extension OllamaGenerateRoute {
  static let description = RouteDescription(
    "Answer a prompt, as Ollama does",
    body: .json(
      Schema.object(
        [
          Schema.ollamaModel, Schema.optional("prompt", Schema.string), Schema.optional("system", Schema.string),
          Schema.optional("raw", Schema.boolean),
        ] + Schema.ollamaOptions, required: ["model"])), answers: Schema.ollamaAnswers)
}

extension OllamaEmbedRoutes {
  static let description = RouteDescription(
    "Turn texts into vectors, as Ollama does",
    body: .json(
      Schema.object(
        [
          Schema.ollamaModel,
          Schema.member("input", Schema.any(of: Schema.string, Schema.list(Schema.string, 0...2048))),
          Schema.optional("dimensions", Schema.integer(1...65536)),
        ], required: ["model", "input"])))

  static let olderDescription = RouteDescription(
    "Turn a text into a vector, as Ollama did before /api/embed",
    body: .json(
      Schema.object([Schema.ollamaModel, Schema.member("prompt", Schema.string)], required: ["model", "prompt"])))
}

extension OllamaShowRoute {
  static let description = RouteDescription(
    "Tell what is known of a model, as Ollama does",
    body: .json(Schema.object([Schema.ollamaModel], required: ["model"])))
}
