public import InkChat

/// Whether a message needs the documents at all, or is small talk that the model answers alone.
public enum RetrievalIntent: Sendable {
  /// Every message is searched for.
  case always
  /// Messages that are, punctuation and letter case aside, one of the dictionary's phrases are not searched for.
  case dictionary(IntentDictionary)
  /// A model says yes or no; its answer is constrained to the two.
  case model(any ChatModel)

  /// Whether to search.
  public func needsDocuments(_ message: String) async throws(RetrievalError) -> Bool {
    switch self {
    case .always: return true
    case .dictionary(let dictionary): return !dictionary.holds(message)
    case .model(let model):
      let instruction: String
      switch TextLanguage(of: message) {
      case .english:
        instruction = """
          Decide whether the user's message asks for information that could stand in documents. Greetings, thanks and \
          talk about this conversation do not. Reply yes or no.
          """
      case .chinese: instruction = "判断用户的消息是否在询问可能写在文档里的信息。问候、致谢、关于本次对话的话不算。只回答 yes 或 no。"
      }
      let options = GenerationOptions(sampling: .greedy, maximumTokens: 3, form: .choice(["yes", "no"]))
      let reply = try await ModelCall(model, context: "retrieval intent").text(
        [.system(instruction), .user(message)], options: options)
      // What is not a plain no is searched for: a needless search costs little, a missing one the answer.
      return reply.lowercased().trimmingPrefix(while: \.isWhitespace).hasPrefix("no") == false
    }
  }
}
