import InkChat

/// A short request to a model, its failures in this module's error.
struct ModelCall {
  private let model: any ChatModel
  private let context: String

  init(_ model: any ChatModel, context: String) {
    self.model = model
    self.context = context
  }

  /// The reply's text.
  func text(_ messages: [Message], options: GenerationOptions) async throws(RetrievalError) -> String {
    do {
      return try await model.stream(messages, options: options).collect().text
    } catch {
      throw RetrievalError(error.code == .cancelled ? .cancelled : .model, context: context, found: "\(error)")
    }
  }

  /// The reply's lines without numbers, bullets and empty ones, at most `count`.
  func lines(
    _ messages: [Message], count: Int, maximumTokens: Int
  ) async throws(RetrievalError) -> [String] {
    let reply = try await text(
      messages, options: GenerationOptions(sampling: .greedy, maximumTokens: maximumTokens))
    let lines = reply.split(whereSeparator: \.isNewline).map { line in
      let bare = line.drop { $0.isWhitespace || $0.isNumber || "-*•.、)）:：".contains($0) }
      return String(bare).trimmingTrailing(while: \.isWhitespace)
    }
    return Array(lines.filter { !$0.isEmpty }.prefix(count))
  }
}

extension String {
  func trimmingTrailing(while predicate: (Character) -> Bool) -> String {
    var text = Substring(self)
    while let last = text.last, predicate(last) { text.removeLast() }
    return String(text)
  }
}
