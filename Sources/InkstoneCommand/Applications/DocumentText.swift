package import InkChains
package import InkRetrieval

/// The text of a document of any known format.
package struct DocumentText: Sendable {
  /// The file's name.
  package let name: String
  /// Its text, with its headings and pages.
  package let extracted: ExtractedText

  /// Its text.
  package var text: String { extracted.text }

  /// Reads a file; `-` reads standard input as text.
  ///
  /// - Throws: `CommandError` for a file that cannot be read or has no text; `RetrievalError` for a format that is not
  ///   known, or a file that is damaged.
  package init(_ path: String, output: OutputOptions) throws {
    if path == "-" {
      name = "standard input"
      extracted = ExtractedText(try InputFile.text(path))
    } else {
      name = path
      extracted = try DocumentReader().read(try InputFile.bytes(path), name: path)
    }
    for warning in extracted.warnings { output.remark("\(name): \(warning)") }
    if extracted.text.allSatisfy(\.isWhitespace) {
      throw CommandError(.invalidData, context: name, expected: "text", found: "none")
    }
  }

  /// The text in parts that each have at most so many tokens, cut at the strongest separators.
  package func pieces(tokens: Int, of chat: OpenedChatModel) async throws(RetrievalError) -> [Piece] {
    let size = try PieceSize(.tokens { chat.measure.tokens($0) }, limit: tokens)
    return try await AutomaticSplitter(size).split(extracted)
  }
}

extension OpenedChatModel {
  /// How long a text is to the model.
  package var measure: TextMeasure { tokenCount.map { TextMeasure($0) } ?? .estimate }

  /// The tokens of text that the model can be given beside instructions and an answer.
  ///
  /// - Throws: ``CommandError`` with code `usage` when the answer leaves no room.
  package func room(besides answer: Int) throws(CommandError) -> Int {
    // Where an endpoint does not tell its context, what nearly every model reads.
    let context = contextLength ?? 4_096
    let instructions = 160
    let room = context - answer - instructions
    guard room >= 32 else {
      throw CommandError(
        .usage, context: "--max-tokens", expected: "at most \(max(context - instructions - 32, 0)) for this model",
        found: "\(answer)")
    }
    return room
  }
}
