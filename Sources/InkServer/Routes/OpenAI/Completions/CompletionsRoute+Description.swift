import InkChat

extension CompletionsRoute {
  static func description(_ limits: ServerLimits) -> RouteDescription {
    let tokens = Schema.list(Schema.token, 1...Int.max)
    let count = max(1, limits.choices)
    let members: [JSONMember] =
      [
        Schema.model,
        Schema.member(
          "prompt",
          Schema.any(
            of: Schema.string, Schema.list(Schema.string, 1...count), tokens, Schema.list(tokens, 1...count)),
          "A text, some texts, token ids or some lists of them."),
        Schema.optional(
          "max_tokens", Schema.integer(0...Int(Int32.max)),
          "16 if it is left out; 0 computes nothing but what echo asks for."),
        Schema.optional("echo", Schema.boolean, "The prompt stands before each answer."),
        Schema.optional("logprobs", Schema.integer(0...20), "Alternatives to tell for each token."),
        Schema.answerCount("n", "Answers wanted for each prompt.", limits.choices),
        Schema.answerCount(
          "best_of", "Answers computed for each prompt; the most probable are returned.", limits.choices),
        Schema.optional("suffix", ["type": "string", "maxLength": 0], "Models here fill nothing in."),
      ] + Schema.beams(limits.choices) + Schema.sampling + Schema.forms + Schema.delivery
    return RouteDescription(
      "Continue a text", body: .json(Schema.object(members, required: ["prompt"])),
      answers: [
        RouteDescription.Answer("application/json", answer),
        RouteDescription.Answer("text/event-stream"),
      ])
  }

  private static let answer = Schema.object(
    [
      Schema.member("id", Schema.string), Schema.member("object", Schema.word("text_completion")),
      Schema.member("created", ["type": "integer"]), Schema.member("model", Schema.string),
      Schema.member(
        "choices",
        Schema.list(
          Schema.object(
            [
              Schema.member("index", Schema.integer(0...Int(Int32.max))), Schema.member("text", Schema.string),
              Schema.optional("logprobs", Schema.freeObject),
              Schema.member("finish_reason", Schema.word("stop", "length", "cancelled")),
              Schema.optional("beam_score", ["type": "number"], "Only where beams are searched."),
            ], required: ["index", "text", "logprobs", "finish_reason"]), 1...Int.max)),
      Schema.member("usage", Schema.reference("Usage")),
    ], required: ["id", "object", "created", "model", "choices", "usage"])
}
