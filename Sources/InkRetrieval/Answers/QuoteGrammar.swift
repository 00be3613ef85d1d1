import Foundation
import InkChat

/// The grammar of answers that are sentences of the passages and nothing else.
struct QuoteGrammar {
  /// The sentences that may be chosen, each once, in the order of the passages.
  let sentences: [String]
  private let count: Int

  /// The grammar of the sentences that are nearest to the question.
  ///
  /// - Parameters:
  ///   - count: the most sentences of an answer.
  ///   - candidates: how many sentences the model chooses among, at least `count`.
  /// - Throws: `model` when the embedder fails.
  init(
    _ passages: [Passage], question: String, count: Int, candidates: Int, words: TextWords, embedder: any Embedder
  ) async throws(RetrievalError) {
    let count = max(count, 1)
    let most = max(candidates, count)
    var seen: Set<String> = []
    var found: [(text: String, passage: Int)] = []
    for (place, passage) in passages.enumerated() {
      let bytes = Array(passage.text.utf8)
      for range in words.sentences(passage.text) {
        let text = String(decoding: bytes[range], as: UTF8.self)
        if text.contains(where: \.isLetter), seen.insert(text).inserted { found.append((text, place)) }
      }
    }
    let telling = found.filter { QuoteGrammar.isMoreThanTitle($0.text) }
    if telling.count >= count { found = telling }
    if found.count > most {
      let cosines: [Double]
      do {
        let asked = try await embedder.embed([question], as: .query).first ?? []
        cosines = try await embedder.embed(found.map(\.text), as: .document).map { cosine($0, asked) }
      } catch {
        throw RetrievalError(error, context: "quotes")
      }
      guard cosines.count == found.count else {
        throw RetrievalError(.model, context: "quotes", expected: "\(found.count) vectors", found: "\(cosines.count)")
      }
      let near = QuoteGrammar.nearness(of: found.map(\.text), to: question, cosines: cosines, words: words)
      // Of sentences that are equally near the one of a better passage is chosen.
      let nearness = zip(near, found).map { $0 - Double($1.passage) * 0.25 / max(Double(passages.count - 1), 1) }
      let best = found.indices.sorted { left, right in
        nearness[left] != nearness[right] ? nearness[left] > nearness[right] : left < right
      }.prefix(most)
      found = best.sorted().map { found[$0] }
    }
    self.sentences = found.map(\.text)
    self.count = count
  }

  /// How near sentences are to a question: by meaning, from 0 to 1 between the farthest and the nearest of them, and half
  /// as much by the words they share with it, where a word that few of them have counts more.
  private static func nearness(
    of sentences: [String], to question: String, cosines: [Double], words: TextWords
  ) -> [Double] {
    let terms = sentences.map { Set(words.terms($0)) }
    let asked = Set(words.terms(question)).sorted()
    let weights = asked.map { term in
      let count = terms.count { $0.contains(term) }
      return count == 0 ? 0 : log(1 + Double(sentences.count) / Double(count))
    }
    let total = max(weights.reduce(0, +), .leastNormalMagnitude)
    let (least, most) = (cosines.min() ?? 0, cosines.max() ?? 0)
    return zip(cosines, terms).map { cosine, held in
      let shared = zip(asked, weights).reduce(0) { $0 + (held.contains($1.0) ? $1.1 : 0) } / total
      return (most > least ? (cosine - least) / (most - least) : 1) + shared / 2
    }
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
    let choices = sentences.map { "\"" + QuoteGrammar.escaped($0) + "\"" }.joined(separator: " | ")
    let more = count > 1 ? " (\"\\n\" quote){0,\(count - 1)}" : ""
    return "root ::= quote\(more)\nquote ::= \(choices)\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
