package import ArgumentParser
package import InkChains
import InkChat
import InkRetrieval

/// `inkstone app translate`: a document in another language.
package struct TranslateCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "translate", abstract: "Translate a document.",
    discussion: """
      A long text is translated part by part; what stands between the parts stays as it is.

        inkstone app translate letter.docx --to Chinese
        echo "墨在砚上磨。" | inkstone app translate - --to English
        inkstone app translate guide.md --to German --term "inkstone=Reibstein"
      """)

  @Argument(help: ArgumentHelp("A document; - reads standard input.", valueName: "file"))
  package var file: String

  @Option(help: ArgumentHelp("The language, by its name.", valueName: "language"))
  package var to: String

  @Option(help: ArgumentHelp("How a term must be translated; may be repeated.", valueName: "term=translation"))
  package var term: [MetadataArgument] = []

  @Option(help: "The most tokens of text that are translated at once.")
  package var tokens = 512

  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func validate() throws {
    if tokens < 32 { throw ValidationError("--tokens: expected at least 32, found \(tokens).") }
    if to.allSatisfy(\.isWhitespace) { throw ValidationError("--to: expected the name of a language.") }
  }

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    let document = try DocumentText(file, output: options.output)
    // A translation may be longer than its text, and both must fit the model.
    let limit = min(tokens, max(try chat.room(besides: 32) / 3, 32))
    let pieces = try await document.pieces(tokens: limit, of: chat)
    let translate = Translate(
      chat.model, into: to, terms: Dictionary(term.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
      options: options.generation(of: chat, maximumTokens: 2 * limit))
    let translations = try await MapEach(concurrency: 4, translate)(pieces.map(\.text), settings: settings)
    let source = Array(document.text.utf8)
    var text = ""
    var end = 0
    for (piece, translation) in zip(pieces, translations) {
      // Only white space stands between pieces.
      if piece.range.lowerBound > end { text += String(decoding: source[end..<piece.range.lowerBound], as: UTF8.self) }
      text += translation
      end = piece.range.upperBound
    }
    return ApplicationResult(
      text,
      [
        JSONMember("translation", .string(text)), JSONMember("language", .string(to)),
        JSONMember("file", .string(file)),
        JSONMember("parts", .whole(pieces.count)),
      ])
  }
}
