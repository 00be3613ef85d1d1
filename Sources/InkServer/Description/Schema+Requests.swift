import InkChat

extension Schema {
  /// How tokens are chosen, in chat and text completions alike.
  static let sampling: [JSONMember] = [
    optional("temperature", number(0...2), "0 is greedy."),
    optional("top_p", number(0...1)), optional("top_k", integer(-1...Int(Int32.max)), "-1 and 0 switch it off."),
    optional("min_p", number(0...1)), optional("typical_p", number(0...1)),
    optional("repetition_penalty", number(0.01...100)),
    optional("presence_penalty", number(-2...2)), optional("frequency_penalty", number(-2...2)),
    optional(
      "logit_bias",
      [
        "type": "object", "propertyNames": ["pattern": "^(0|[1-9][0-9]{0,8})$"],
        "additionalProperties": number(-100...100),
      ], "Added to the logits of these token ids."),
    optional("seed", integer(Int.min...Int.max), "The same seed draws the same tokens, alone or in any batch."),
    optional("stop", any(of: text, list(text, 0...64)), "Texts that end the answer and are no part of it."),
    optional("priority", integer(-1_000_000...1_000_000), "Lower goes first."), optional("user", string),
    optional("metadata", anything, "Accepted; has no effect."),
  ]

  /// What the answer must look like. At most one of these.
  static let forms: [JSONMember] = [
    optional("guided_json", any(of: freeObject, boolean, string), "A JSON Schema, or its text."),
    optional("guided_regex", string, "A regular expression that matches the whole answer."),
    optional("guided_grammar", string, "A grammar in the GBNF notation, from its rule root."),
    optional("guided_choice", list(string, 1...4096), "The answer is one of these."),
    optional(
      "structured_outputs",
      object([
        optional("json", any(of: freeObject, boolean, string)), optional("regex", string), optional("grammar", string),
        optional("choice", list(string, 1...4096)), optional("json_object", boolean),
      ]), "The same under the names of newer versions of vLLM."),
    optional("json_schema", any(of: freeObject, boolean, string), "As guided_json, under llama.cpp's name."),
    optional("grammar", string, "As guided_grammar, under llama.cpp's name."),
    optional(
      "response_format",
      any(
        of: object([member("type", word("text", "json_object"))], required: ["type"]),
        object(
          [
            member("type", ["type": "string", "const": "json_schema"]),
            member(
              "json_schema",
              object(
                [
                  member("name", string), optional("description", string), optional("strict", boolean),
                  member("schema", freeObject),
                ], required: ["schema"])),
          ], required: ["type", "json_schema"]))),
  ]

  static let delivery: [JSONMember] = [
    optional("stream", boolean),
    optional("stream_options", object([optional("include_usage", boolean)]), "Only where stream is true."),
  ]

  /// What a template reads besides the messages.
  static let template: [JSONMember] = [
    optional("tools", list(reference("Tool"), 0...1024)),
    optional(
      "tool_choice",
      any(
        of: word("none", "auto", "required"),
        object(
          [
            member("type", ["type": "string", "const": "function"]),
            member("function", namedFunction),
          ], required: ["type", "function"]),
        object(
          [
            member("type", word("allowed_tools")),
            member(
              "allowed_tools",
              object(
                [
                  member("mode", word("auto", "required")),
                  member(
                    "tools",
                    list(
                      object(
                        [member("type", word("function")), member("function", namedFunction)],
                        required: ["type", "function"]), 1...1024)),
                ], required: ["mode", "tools"])),
          ], required: ["type", "allowed_tools"])), "Names one of the tools, or some of them."),
    optional("parallel_tool_calls", boolean),
    optional(
      "reasoning_effort", word("none", "minimal", "low", "medium", "high", "xhigh"),
      "Given to the template under this name; none also sets enable_thinking to false."),
    optional("chat_template_kwargs", freeObject, "Further variables of the template."),
    optional("documents", list(freeObject, 0...10_000)),
    optional("add_generation_prompt", boolean, "False only together with continue_final_message."),
    optional("continue_final_message", boolean, "The answer goes on with the last message."),
  ]

  private static let namedFunction = object([member("name", string)], required: ["name"])

  static let model = optional("model", string, "A name from /v1/models; without it, the first model that can do this.")

  /// A search over beams.
  static func beams(_ limit: Int) -> [JSONMember] {
    [
      optional(
        "use_beam_search", boolean,
        "Searches for the most probable answers instead of drawing them; as many beams as answers are wanted."),
      answerCount("num_beams", "Beams that are kept; more than 1 asks for a search.", limit),
      optional("length_penalty", number(-10...10), "Above 0 favours long answers. Only where beams are searched."),
      optional("early_stopping", any(of: boolean, word("never")), "Only where beams are searched."),
    ]
  }

  static func answerCount(_ name: String, _ description: String, _ limit: Int) -> JSONMember {
    optional(name, integer(1...max(1, limit)), description)
  }
}
