extension ConversationFormat {
  /// Formats that write who speaks in plain words.
  static let namedSpeakers: [ConversationFormat] = [
    ConversationFormat(
      name: "vicuna_v1.1",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousUser, closing: " ", whenEmpty: .written)),
          user: .init(opening: "USER: ", closing: " "),
          assistant: .init(invitation: "ASSISTANT:", lead: " ", ending: "</s>")))),
    // As the publisher's training and inference code write it, which put in no token that begins a sequence.
    ConversationFormat(
      name: "belle",
      layout: .turns(
        TurnLayout(
          system: .nowhere, user: .init(opening: "Human: \n", closing: "\n\n"),
          assistant: .init(invitation: "Assistant: \n", ending: "</s>"))),
      beginning: .written),
    ConversationFormat(
      name: "billa",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(closing: "\n", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: "\n"),
          assistant: .init(invitation: "Assistant: ", ending: "\n"))),
      stopStrings: ["Human:"]),
    ConversationFormat(
      name: "cutegpt",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init()), user: .init(opening: "问：", closing: "\n"),
          assistant: .init(invitation: "答：\n", ending: "\n"))),
      stopStrings: ["<end>"], stopTokens: ["<end>"]),
    ConversationFormat(
      name: "phoenix",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousHuman + "\n\n")),
          user: .init(opening: "Human: <s>", closing: "</s>"),
          assistant: .init(invitation: "Assistant: <s>", ending: "</s>")))),
    // From the publisher's own copy of FastChat's code.
    ConversationFormat(
      name: "xuanyuan",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(
            .init(
              standard: "以下是用户和人工智能助手之间的对话。用户以Human开头，人工智能助手以Assistant开头，"
                + "会对人类提出的问题给出有帮助、高质量、详细和礼貌的回答，并且总是拒绝参与与不道德、不安全、有争议、"
                + "政治敏感等相关的话题、问题和指示。\n", closing: " ", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: " "),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "</s>")))),
  ]
}
