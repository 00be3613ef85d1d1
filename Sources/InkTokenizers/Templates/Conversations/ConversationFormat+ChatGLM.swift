extension ConversationFormat {
  /// The three generations of ChatGLM. Their tokenizers put `[gMASK]` and the token that starts an answer around the
  /// prompt by themselves.
  static let chatGLM: [ConversationFormat] = [
    // The publisher's own code gives a first question without a history to the model bare, without its round; FastChat
    // writes the round always, and so does this format.
    ConversationFormat(
      name: "chatglm",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(closing: "\n")),
          user: .init(
            numbering: .init(opening: "[Round ", first: 0, closing: "]\n"), opening: "问：", closing: "\n"),
          assistant: .init(invitation: "答：", ending: "\n")))),
    ConversationFormat(
      name: "chatglm2",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(closing: "\n\n")),
          user: .init(
            numbering: .init(opening: "[Round ", first: 1, closing: "]\n\n"), opening: "问：", closing: "\n\n"),
          assistant: .init(invitation: "答：", ending: "\n\n")))),
    // The publisher's own code makes tokens of each message apart, so that a text begins with the tokenizer's space
    // behind the line end; FastChat writes no space, and neither does this format.
    ConversationFormat(
      name: "chatglm3",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(opening: "<|system|>\n")),
          user: .init(opening: "<|user|>\n", closing: ""),
          assistant: .init(invitation: "<|assistant|>", lead: "\n"))),
      stopTokens: ["<|user|>", "<|observation|>", "</s>"]),
  ]
}
