/// The grammar of answers that are sentences of the passages and nothing else.
struct QuoteGrammar {
  /// The sentences that may be chosen, each once, in the order of the passages.
  let sentences: [String]
  private let count: Int

  /// The most sentences that a grammar offers: its size decides how long the first token takes.
  static let mostSentences = 120

  init(_ passages: [Passage], count: Int, words: TextWords) {
    var seen: Set<String> = []
    var found: [String] = []
    for passage in passages {
      let bytes = Array(passage.text.utf8)
      for range in words.sentences(passage.text) where found.count < QuoteGrammar.mostSentences {
        let text = String(decoding: bytes[range], as: UTF8.self)
        if text.contains(where: \.isLetter), seen.insert(text).inserted { found.append(text) }
      }
    }
    self.sentences = found
    self.count = max(count, 1)
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
