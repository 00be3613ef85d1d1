package import InkChat

/// Reads an answer to its end and writes its text while it comes.
package struct AnswerPrinter: Sendable {
  private let stream: OutputStream?

  /// A printer; without a stream the text is only collected.
  package init(stream: OutputStream?) { self.stream = stream }

  /// Reads an answer.
  ///
  /// - Parameter onText: called with each piece of text, so that it is not lost when the answer is stopped.
  /// - Throws: what the stream throws, and failures of the output.
  package func print(
    _ answer: GenerationStream, onText: @Sendable (String) -> Void = { _ in }
  ) async throws -> AnswerReport {
    var text = ""
    var tokens: [GeneratedToken] = []
    for try await event in answer {
      switch event {
      case .text(let piece), .reasoning(let piece):
        text += piece
        onText(piece)
        try stream?.writeForeign(piece)
      case .token(let token): tokens.append(token)
      case .toolCall, .toolCallFragment: break
      case .finished(let result): return AnswerReport(text: text, tokens: tokens, result: result)
      }
    }
    throw GenerationError(code: .modelFailure, context: "answer", expected: "an end", found: "none")
  }
}
