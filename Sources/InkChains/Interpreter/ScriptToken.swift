/// A word of a program.
struct ScriptToken: Hashable {
  enum Kind: Hashable {
    case name(String)
    case keyword(String)
    case integer(Int64)
    case number(Double)
    case string(String)
    case symbol(String)
    case newline, indent, dedent, end
  }
  let kind: Kind
  let line: Int

  /// The word as a reader would name it.
  var text: String {
    switch kind {
    case .name(let text), .keyword(let text), .symbol(let text): "\"\(text)\""
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string: "a text"
    case .newline: "the end of the line"
    case .indent: "deeper indentation"
    case .dedent: "less indentation"
    case .end: "the end"
    }
  }
}
