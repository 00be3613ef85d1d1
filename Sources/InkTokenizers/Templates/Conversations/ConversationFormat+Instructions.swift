extension ConversationFormat {
  /// Alpaca and the relatives of LLaMA that were tuned on instructions.
  static let instructions: [ConversationFormat] = [
    ConversationFormat(
      name: "alpaca",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: instructionTask, closing: "\n\n", whenEmpty: .written)),
          user: .init(opening: "### Instruction: ", closing: "\n\n"),
          assistant: .init(invitation: "### Response:", lead: " ", ending: "</s>")))),
    // The first Chinese-Alpaca, as its own inference script writes a question. FastChat has no format of its own for it.
    ConversationFormat(
      name: "chinese-alpaca",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: instructionTask, closing: "\n\n")),
          user: .init(opening: "### Instruction:\n\n", closing: "\n\n"),
          assistant: .init(invitation: "### Response:\n\n", ending: "\n\n"))),
      stopStrings: ["### Instruction:"]),
    ConversationFormat(
      name: "chinese-alpaca2",
      layout: llama2(
        standard: "You are a helpful assistant. 你是一个乐于助人的助手。请你提供专业、有逻辑、内容真实、有价值的详细回复。")),
    ConversationFormat(name: "llama-2", layout: llama2(standard: "")),
    // Writes the tokens that begin and end sequences, so the tokenizer must not add another.
    ConversationFormat(
      name: "llama2-chinese",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(opening: "<s>", closing: "</s>\n", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: "\n"),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "\n</s>", trailer: "<s>"))),
      stopStrings: ["</s>"], stopTokens: ["</s>"], beginning: .written),
    // No token ends an answer: one that goes on with a question of its own is cut there.
    ConversationFormat(
      name: "tigerbot",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousUser, closing: "\n\n", whenEmpty: .written)),
          user: .init(opening: "### Instruction:\n", closing: "\n\n"),
          assistant: .init(invitation: "### Response:\n", ending: "\n\n"))),
      stopStrings: ["###"]),
    // FastChat cannot change the system message of this format; here a given one replaces it, as in the publisher's own
    // template. The publisher also ends an answer with "<|EOT|>" in front of the line end.
    ConversationFormat(
      name: "deepseek-coder",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(
            .init(
              standard:
                "You are an AI programming assistant, utilizing the DeepSeek Coder model, developed by DeepSeek "
                + "Company, and you only answer questions related to computer science. For politically sensitive "
                + "questions, security and privacy issues, and other non-computer science questions, you will refuse to "
                + "answer.", closing: "\n")),
          user: .init(opening: "### Instruction:\n", closing: "\n"),
          assistant: .init(invitation: "### Response:\n", ending: "\n"))),
      stopStrings: ["<|EOT|>"], stopTokens: ["<|EOT|>"]),
    ConversationFormat(
      name: "zero_shot",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousHuman, closing: "\n### ", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: "\n### "),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "\n### "))),
      stopStrings: ["###"]),
  ]

  /// LLaMA 2: the system message stands inside the first instruction.
  private static func llama2(standard: String) -> Layout {
    .turns(
      TurnLayout(
        system: .insideFirstTurn(.init(standard: standard, opening: "<<SYS>>\n", closing: "\n<</SYS>>\n\n")),
        user: .init(opening: "[INST] ", closing: " "),
        assistant: .init(invitation: "[/INST]", lead: " ", ending: " </s>", trailer: "<s>")))
  }
}
