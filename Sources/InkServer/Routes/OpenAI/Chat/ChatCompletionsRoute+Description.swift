import InkChat

extension ChatCompletionsRoute {
  static func description(_ limits: ServerLimits) -> RouteDescription {
    let atMost = Schema.integer(1...Int(Int32.max))
    let members: [JSONMember] =
      [
        Schema.model, Schema.member("messages", Schema.list(Schema.reference("Message"), 1...100_000)),
        Schema.optional("max_completion_tokens", atMost),
        Schema.optional("max_tokens", atMost, "The older name of it."),
        Schema.answerCount("n", "Answers wanted.", limits.choices),
        Schema.optional("logprobs", Schema.boolean),
        Schema.optional("top_logprobs", Schema.integer(0...20), "Only where logprobs is true."),
        Schema.optional("modalities", Schema.list(Schema.word("text"), 1...1)),
        Schema.optional(
          "use_context", Schema.boolean, "Answer from the documents of the base default, or of knowledge."),
        Schema.optional("knowledge", Schema.string, "Answer from the documents of this base."),
        Schema.optional("include_sources", Schema.boolean), Schema.optional("context_filter", Schema.freeObject),
        Schema.optional("store", Schema.boolean, "Answers of this route are not kept."),
      ] + Schema.beams(limits.choices) + Schema.sampling + Schema.forms + Schema.template + Schema.delivery
    return RouteDescription(
      "Answer a conversation", details: "As OpenAI's route of this name, with the extensions of vLLM and llama.cpp.",
      body: .json(Schema.object(members, required: ["messages"])),
      answers: [
        RouteDescription.Answer("application/json", answer),
        RouteDescription.Answer("text/event-stream"),
      ])
  }

  private static let answer = Schema.object(
    [
      Schema.member("id", Schema.string), Schema.member("object", Schema.word("chat.completion")),
      Schema.member("created", ["type": "integer"]), Schema.member("model", Schema.string),
      Schema.member("system_fingerprint", Schema.string),
      Schema.member("choices", Schema.list(choice, 1...Int.max)), Schema.member("usage", Schema.reference("Usage")),
    ], required: ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])

  private static let choice = Schema.object(
    [
      Schema.member("index", Schema.integer(0...Int(Int32.max))),
      Schema.member(
        "message",
        Schema.object(
          [
            Schema.member("role", Schema.word("assistant")), Schema.optional("content", Schema.string),
            Schema.optional("refusal", Schema.string), Schema.member("reasoning_content", Schema.string),
            Schema.member("tool_calls", Schema.list(Schema.reference("ToolCall"), 1...Int.max)),
          ], required: ["role", "content", "refusal"])),
      Schema.optional("logprobs", Schema.freeObject),
      Schema.member("finish_reason", Schema.word("stop", "length", "tool_calls", "cancelled")),
      Schema.optional("beam_score", ["type": "number"], "Only where beams are searched."),
    ], required: ["index", "message", "logprobs", "finish_reason"])
}
