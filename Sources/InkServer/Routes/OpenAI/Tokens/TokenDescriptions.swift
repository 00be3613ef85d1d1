import InkChat

extension TokenizeRoute {
  static let description = RouteDescription(
    "The token ids of a text or a conversation",
    details: "A text in prompt (or content, as llama.cpp calls it), or messages with what their template reads.",
    body: .json(
      Schema.any(
        of: Schema.object(
          [
            Schema.model, Schema.member("prompt", Schema.string),
            Schema.optional("add_special_tokens", Schema.boolean, "The tokenizer adds its own; true if left out."),
            Schema.optional("parse_special", Schema.boolean, "Names of special tokens become them; true if left out."),
            Schema.optional("return_token_strs", Schema.boolean), JSONMember("messages", ["type": "null"]),
            JSONMember("content", ["type": "null"]),
          ], required: ["prompt"]),
        Schema.object(
          [
            Schema.model, Schema.member("messages", Schema.list(Schema.reference("Message"), 1...100_000)),
            Schema.optional("return_token_strs", Schema.boolean), JSONMember("prompt", ["type": "null"]),
            JSONMember("content", ["type": "null"]),
          ] + Schema.template, required: ["messages"]))),
    answers: [
      RouteDescription.Answer(
        "application/json",
        Schema.object(
          [
            Schema.member("count", Schema.integer(0...Int(Int32.max))),
            Schema.member("tokens", Schema.list(Schema.token)),
            Schema.optional("token_strs", Schema.list(Schema.string)),
            Schema.optional("max_model_len", ["type": "integer"]),
          ], required: ["count", "tokens"]))
    ])
}

extension DetokenizeRoute {
  static let description = RouteDescription(
    "The text of token ids",
    body: .json(
      Schema.object([Schema.model, Schema.member("tokens", Schema.list(Schema.token))], required: ["tokens"])),
    answers: [
      RouteDescription.Answer(
        "application/json",
        Schema.object(
          [Schema.member("prompt", Schema.string), Schema.member("content", Schema.string)],
          required: ["prompt", "content"]))
    ])
}

extension ApplyTemplateRoute {
  static let description = RouteDescription(
    "What a conversation looks like to the model",
    body: .json(
      Schema.object(
        [Schema.model, Schema.member("messages", Schema.list(Schema.reference("Message"), 1...100_000))]
          + Schema.template,
        required: ["messages"])),
    answers: [
      RouteDescription.Answer(
        "application/json", Schema.object([Schema.member("prompt", Schema.string)], required: ["prompt"]))
    ])
}
