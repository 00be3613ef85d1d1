/// The tokens that ChatGLM-6B has for line ends, tabs and runs of spaces, which its model could not tell apart.
enum ChatGLMSpaces {
  /// The longest run that has a token of its own.
  static let longestRun = 80

  /// How each is written, and what it means.
  static let spellings: [(written: [UInt8], meant: [UInt8])] =
    [(Array("<n>".utf8), [0x0A]), (Array("<|tab|>".utf8), [0x09])]
    + (2...longestRun).map { (blank($0), [UInt8](repeating: Scan.space, count: $0)) }

  private static func blank(_ length: Int) -> [UInt8] { Array("<|blank_\(length)|>".utf8) }

  /// Writes the tokens into a text.
  static func rewrite(_ text: AlignedText) -> AlignedText {
    text.rewritten { writer in
      var at = 0
      while at < text.count {
        switch text.bytes[at] {
        case 0x0A: writer.write(Array("<n>".utf8), for: at, at + 1)
        case 0x09: writer.write(Array("<|tab|>".utf8), for: at, at + 1)
        case Scan.space:
          var end = at + 1
          while end < text.count, end - at < longestRun, text.bytes[end] == Scan.space { end += 1 }
          if end - at > 1 { writer.write(blank(end - at), for: at, end) } else { writer.copy(at, end) }
          at = end
          continue
        default: writer.copy(at, at + 1)
        }
        at += 1
      }
    }
  }
}
