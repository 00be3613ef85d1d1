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
      throw RetrievalError(error, context: context)
    }
  }

  /// The reply's lines without numbers, bullets and empty ones, at most `count`.
  func lines(
    _ messages: [Message], count: Int, maximumTokens: Int
  ) async throws(RetrievalError) -> [String] {
    let reply = try await text(
      messages, options: GenerationOptions(sampling: .greedy, maximumTokens: maximumTokens))
    let lines = reply.split(whereSeparator: \.isNewline).map(ModelCall.withoutListMark)
    return Array(lines.filter { !$0.isEmpty }.prefix(count))
  }

  /// A line without a bullet or a number such as `2.` before it; `3D` and `1.5` begin a text and stay.
  private static func withoutListMark(_ line: Substring) -> String {
    var text = line.drop(while: \.isWhitespace)
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    if digits.isEmpty {
      text = text.drop { "-*•".contains($0) }
    } else if let mark = rest.first {
      let isPoint = ".:".contains(mark) && rest.dropFirst().first?.isNumber != true
      if isPoint || "、)）：".contains(mark) { text = rest.dropFirst() }
    }
    return String(text.drop(while: \.isWhitespace)).trimmingTrailing(while: \.isWhitespace)
  }
}

extension String {
  func trimmingTrailing(while predicate: (Character) -> Bool) -> String {
    var text = Substring(self)
    while let last = text.last, predicate(last) { text.removeLast() }
    return String(text)
  }
}
