import InkChat

/// What models are told when they work on a question, in the question's language.
enum QuestionPrompts {
  static func multipleQueries(_ question: String, _ count: Int) -> [Message] {
    switch TextLanguage(of: question) {
    case .english:
      [
        .system(
          "Write \(count) different search queries that would find the answer to the user's question, one on each line, "
            + "nothing else."),
        .user(question),
      ]
    case .chinese: [.system("写出 \(count) 个能找到用户问题答案的不同检索语句，每行一个，不要写别的。"), .user(question)]
    }
  }

  static func decomposition(_ question: String, _ count: Int) -> [Message] {
    switch TextLanguage(of: question) {
    case .english:
      [
        .system(
          "Split the user's question into at most \(count) simpler questions that can be looked up one by one, one on "
            + "each line, nothing else. If it is simple already, repeat it."),
        .user(question),
      ]
    case .chinese: [.system("把用户的问题拆成最多 \(count) 个可以逐一查找的简单问题，每行一个，不要写别的。如果已经很简单，就原样重复。"), .user(question)]
    }
  }

  static func hypotheticalDocument(_ question: String) -> [Message] {
    switch TextLanguage(of: question) {
    case .english:
      [
        .system("Write one short passage of a manual that answers the user's question. Only the passage."),
        .user(question),
      ]
    case .chinese: [.system("写一段手册中能回答用户问题的短文。只写短文。"), .user(question)]
    }
  }

  static func standalone(_ question: String, history: [Message]) -> [Message] {
    let talk = history.compactMap { message -> String? in
      switch message.role {
      case .user: "User: " + message.content.text
      case .assistant: "Assistant: " + message.content.text
      case .system, .tool: nil
      }
    }.joined(separator: "\n")
    switch TextLanguage(of: question) {
    case .english:
      return [
        .system(
          "Rewrite the last question so that it can be understood without the conversation: replace pronouns by what "
            + "they mean. Reply with the question only."),
        .user("Conversation:\n\(talk)\n\nLast question: \(question)\n\nRewritten question:"),
      ]
    case .chinese:
      return [
        .system("改写最后的问题，使它离开对话也能看懂：把代词换成所指的内容。只回答改写后的问题。"),
        .user("对话：\n\(talk)\n\n最后的问题：\(question)\n\n改写后的问题："),
      ]
    }
  }
}
