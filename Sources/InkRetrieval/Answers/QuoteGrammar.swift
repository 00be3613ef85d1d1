import Foundation
import InkChat

/// The grammar of answers that are sentences of the passages and nothing else.
struct QuoteGrammar {
  /// A sentence of a passage, a row of a table or a line of a program.
  struct Quote: Equatable {
    /// The sentence as it stands in the passage.
    let text: String
    /// The sentence on one line, as an answer shows it: where the document breaks a line, a word ends.
    let line: String
    /// The position of the passage.
    let passage: Int
    /// The passage that it is cited in, which holds all of it.
    let cited: Passage
    /// What is compared with a question: the sentence, or a row's cells behind the names of their columns.
    let compared: String
    /// How near it is to the question; more is nearer.
    var nearness = 1.0

    init(text: String, passage: Int, cited: Passage, named: String? = nil) {
      self.text = text
      self.passage = passage
      self.cited = cited
      line = Quote.line(text)
      compared = named ?? line
    }

    private static func line(_ text: String) -> String {
      guard text.contains(where: \.isNewline) else { return text }
      return text.split(whereSeparator: \.isNewline).reduce(into: "") { line, part in
        let part = part.trimmingCharacters(in: .whitespaces)
        // No blank stands between Chinese characters.
        let isChinese = [line.unicodeScalars.last, part.unicodeScalars.first].allSatisfy { scalar in
          scalar.map { [.ideograph, .wideStop, .wideComma].contains(ScalarKind($0.value)) } ?? true
        }
        line += (line.isEmpty || part.isEmpty || isChinese ? "" : " ") + part
      }
    }
  }

  /// The sentences that may be chosen, each once, in the order of the passages.
  let quotes: [Quote]
  private let count: Int

  /// The sentences that may be chosen.
  var sentences: [String] { quotes.map(\.line) }

  /// The grammar of the sentences that are nearest to the question.
  ///
  /// - Parameters:
  ///   - texts: the passages beside their documents, in the same order.
  ///   - count: the most sentences of an answer.
  ///   - candidates: how many sentences the model chooses among, at least `count`.
  /// - Throws: `model` when the embedder fails.
  init(
    _ passages: [Passage], of texts: [QuotablePassage], question: String, count: Int, candidates: Int, words: TextWords,
    embedder: any Embedder
  ) async throws(RetrievalError) {
    let count = max(count, 1)
    let most = max(candidates, count)
    var seen: Set<String> = []
    var found: [Quote] = []
    for (place, passage) in texts.enumerated() {
      for quote in passage.quotes(at: place, words: words)
      where quote.text.contains(where: \.isLetter) && seen.insert(quote.line).inserted {
        found.append(quote)
      }
    }
    let telling = found.filter { QuoteGrammar.isMoreThanTitle($0.text) }
    if telling.count >= count { found = telling }
    if found.count > most {
      let cosines: [Double]
      do {
        let asked = try await embedder.embed([question], as: .query).first ?? []
        cosines = try await embedder.embed(found.map(\.compared), as: .document).map { cosine($0, asked) }
      } catch {
        throw RetrievalError(error, context: "quotes")
      }
      guard cosines.count == found.count else {
        throw RetrievalError(.model, context: "quotes", expected: "\(found.count) vectors", found: "\(cosines.count)")
      }
      let nearness = QuoteGrammar.nearness(of: found, in: passages, to: question, cosines: cosines, words: words)
      for index in found.indices { found[index].nearness = nearness[index] }
      let best = found.indices.sorted { left, right in
        nearness[left] != nearness[right] ? nearness[left] > nearness[right] : left < right
      }.prefix(most)
      found = best.sorted().map { found[$0] }
    }
    self.quotes = found
    self.count = count
  }

  /// The answer that the ranking gives by itself, best first. A further sentence that is not half as near as the best one
  /// says nothing more of what was asked.
  var nearest: [Quote] {
    let ranked = quotes.enumerated().sorted { left, right in
      left.element.nearness != right.element.nearness
        ? left.element.nearness > right.element.nearness : left.offset < right.offset
    }.map(\.element)
    guard let best = ranked.first else { return [] }
    return ranked.prefix(count).filter { $0.nearness * 2 >= best.nearness }
  }

  /// The quotes that an answer consists of; nil when it is no answer of this grammar.
  func quotes(in answer: String) -> [Quote]? { quotes(in: answer[...], most: count) }

  private func quotes(in answer: Substring, most: Int) -> [Quote]? {
    guard most > 0 else { return nil }
    // A sentence may begin as another does.
    for quote in quotes.sorted(by: { $0.line.utf8.count > $1.line.utf8.count }) where answer.hasPrefix(quote.line) {
      let rest = answer.dropFirst(quote.line.count)
      if rest.isEmpty { return [quote] }
      if rest.hasPrefix("\n"), let others = quotes(in: rest.dropFirst(), most: most - 1) { return [quote] + others }
    }
    return nil
  }

  /// How near sentences are to a question: by meaning, from 0 to 1 between the farthest and the nearest of them, and as
  /// much by the words that they and the headings above them share with it, where a word that few of them have counts
  /// more. Pairs of Han characters overlap, so that there are nearly twice as many as words, and count half; a name is
  /// one thing and no other, and counts twice. Of sentences that are equally near the one of a better passage is nearer.
  private static func nearness(
    of quotes: [Quote], in passages: [Passage], to question: String, cosines: [Double], words: TextWords
  ) -> [Double] {
    let places = passages.map { Set(words.terms($0.place)) }
    let terms = quotes.map { Set(words.terms($0.compared)).union(places[$0.passage]) }
    let asked = askedTerms(of: question, words: words)
    let names = nameTerms(of: question, words: words)
    let weights = asked.map { term in
      let count = terms.count { $0.contains(term) }
      let part = names.contains(term) ? 2 : isHan(term) ? 0.5 : 1
      return count == 0 ? 0 : part * log(1 + Double(quotes.count) / Double(count))
    }
    let total = max(weights.reduce(0, +), .leastNormalMagnitude)
    let (least, most) = (cosines.min() ?? 0, cosines.max() ?? 0)
    let last = max(Double(passages.count - 1), 1)
    return quotes.indices.map { index in
      let shared = zip(asked, weights).reduce(0) { $0 + (terms[index].contains($1.0) ? $1.1 : 0) } / total
      let meaning = most > least ? (cosines[index] - least) / (most - least) : 1
      return meaning + shared - 0.5 * Double(quotes[index].passage) / last
    }
  }

  /// The terms of a question that tell what it is about. Its Han characters count in pairs; one alone means little.
  private static func askedTerms(of question: String, words: TextWords) -> [String] {
    let all = Set(words.terms(QuestionWords.removed(from: question))).subtracting(QuestionWords.english)
    let telling = all.filter { !(isHan($0) && $0.count == 1) }
    return (telling.isEmpty ? all : telling).sorted()
  }

  /// The terms of a question that name one thing: numbers and identifiers, and in a Chinese one what is not Chinese.
  private static func nameTerms(of question: String, words: TextWords) -> Set<String> {
    let runs = question.split { !$0.isASCII || $0.isWhitespace }
    switch TextLanguage(of: question) {
    case .chinese: return Set(runs.flatMap { words.terms(String($0)) })
    case .english: return Set(runs.filter(isIdentifier).flatMap { words.terms(String($0)) })
    }
  }

  /// Whether a word is written as no word of a language is: with digits, marks within, or capital letters.
  private static func isIdentifier(_ word: Substring) -> Bool {
    let word = word.trimmingCharacters(in: CharacterSet(charactersIn: ".,;:!?()'\"`"))
    return word.contains { $0.isNumber || $0 == "_" || $0 == "." || $0 == "/" } || word.hasPrefix("--")
      || word.dropFirst().contains(where: \.isUppercase)
  }

  private static func isHan(_ term: String) -> Bool {
    term.unicodeScalars.allSatisfy { ScalarKind.isIdeographic($0.value) }
  }

  /// Whether a text ends as a sentence does or has room to say something: a heading is near to every question about its
  /// section and answers none, and so is another question.
  private static func isMoreThanTitle(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    if text.hasPrefix("#") || text.hasSuffix("?") || text.hasSuffix("？") { return false }
    if let last = scalars.last(where: { ScalarKind($0.value) != .closer }) {
      let kind = ScalarKind(last.value)
      if kind == .stop || kind == .wideStop { return true }
    }
    let words = text.split(whereSeparator: \.isWhitespace).count { $0.contains(where: \.isLetter) }
    return words >= 4 || scalars.count { ScalarKind.isIdeographic($0.value) } >= 6
  }

  /// The grammar in GBNF: one to `count` sentences, each on its own line.
  var text: String {
    let choices = sentences.map(GBNFLiteral.quoted).joined(separator: " | ")
    let more = count > 1 ? " (\"\\n\" quote){0,\(count - 1)}" : ""
    return "root ::= quote\(more)\nquote ::= \(choices)\n"
  }
}
