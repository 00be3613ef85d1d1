/// A passage beside the text of its document, so that what is quoted of it is whole also where the passage is cut.
struct QuotablePassage {
  private let passage: Passage
  private let text: QuotableText
  /// Where the text begins in the document's.
  private let start: Int

  /// Passages with the texts of their documents. One whose document was replaced or removed since it was searched
  /// stands for itself.
  static func read(
    _ passages: [Passage], from store: any KnowledgeStore
  ) async throws(RetrievalError) -> [QuotablePassage] {
    var texts: [Int64: QuotableText] = [:]
    var found: [QuotablePassage] = []
    for passage in passages {
      let piece = passage.found.piece
      if texts[piece.documentID] == nil {
        do { texts[piece.documentID] = QuotableText(try await store.text(ofDocument: piece.document)) } catch {
          guard error.code == .notFound else { throw error }
        }
      }
      if let text = texts[piece.documentID], passage.range.upperBound <= text.bytes.count,
        text.bytes[passage.range].elementsEqual(passage.text.utf8)
      {
        found.append(QuotablePassage(passage: passage, text: text, start: 0))
      } else {
        let text = QuotableText(passage.text)
        found.append(QuotablePassage(passage: passage, text: text, start: passage.range.lowerBound))
      }
    }
    return found
  }

  /// What may be quoted.
  ///
  /// - Parameter place: the passage's position.
  func quotes(at place: Int, words: TextWords) -> [QuoteGrammar.Quote] {
    let shown = passage.range.lowerBound - start..<passage.range.upperBound - start
    return text.units(in: shown, words: words).map { unit in
      // A page is that of the first byte, so nothing before it is taken in where there are pages.
      let low = passage.page == nil ? unit.range.lowerBound : max(unit.range.lowerBound, shown.lowerBound)
      let range = low..<max(unit.range.upperBound, low)
      return QuoteGrammar.Quote(
        text: string(range), passage: place, cited: cited(range, shown),
        named: unit.header.isEmpty ? nil : named(range, unit.header))
    }
  }

  /// The passage, wide enough for a quote.
  private func cited(_ quote: Range<Int>, _ shown: Range<Int>) -> Passage {
    let range = min(quote.lowerBound, shown.lowerBound)..<max(quote.upperBound, shown.upperBound)
    guard range != shown else { return passage }
    var wide = passage
    wide.range = range.lowerBound + start..<range.upperBound + start
    wide.text = string(range)
    return wide
  }

  /// The cells of a row, each behind the name of its column.
  private func named(_ row: Range<Int>, _ header: [String]) -> String {
    text.cells(row).enumerated().filter { !$0.element.isEmpty }.map { column, cell in
      let name = column < header.count ? header[column] : ""
      return name.isEmpty ? cell : "\(name): \(cell)"
    }.joined(separator: "; ")
  }

  private func string(_ range: Range<Int>) -> String { String(decoding: text.bytes[range], as: UTF8.self) }
}
