extension ConversationFormat {
  /// The four formats of Aquila. Which one a checkpoint was trained with is not in its configuration: `aquila-chat` is
  /// that of AquilaChat-7B, `aquila-v1` of AquilaChat2-7B, `aquila-legacy` of AquilaChat2-34B and `aquila` of the
  /// AquilaChat2 models with a context of 16K.
  static let aquila: [ConversationFormat] = [
    ConversationFormat(
      name: "aquila",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousHuman, closing: "###", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: "###"),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "</s>"))),
      stopStrings: ["</s>", "[UNK]"], stopTokens: ["</s>", "[UNK]"]),
    ConversationFormat(
      name: "aquila-chat",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousHuman, closing: "###", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: "###"),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "###"))),
      stopStrings: ["###", "</s>", "[UNK]"], stopTokens: ["</s>", "[UNK]"]),
    ConversationFormat(
      name: "aquila-legacy",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousHuman + "\n\n")),
          user: .init(opening: "### Human: ", closing: "\n"),
          assistant: .init(invitation: "### Assistant: ", ending: "</s>"))),
      stopStrings: ["</s>", "[UNK]"], stopTokens: ["</s>", "[UNK]"]),
    ConversationFormat(
      name: "aquila-v1",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init()),
          user: .init(opening: "<|startofpiece|>", closing: ""),
          assistant: .init(invitation: "<|endofpiece|>", ending: "</s>"))),
      stopStrings: ["</s>", "<|endoftext|>"], stopTokens: ["</s>", "<|endoftext|>"]),
  ]
}
