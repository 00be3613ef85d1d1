/// Statements as text.
enum SQLText {
  /// A name in the quotes that SQL has for names, whatever stands in it: names of tables and columns come from files of
  /// strangers, and a quote among them must not end the name.
  static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

  /// The first word behind white space and comments.
  static func firstWord(of sql: String) -> String {
    var rest = sql[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      if rest.hasPrefix("--") {
        rest = rest.drop { !$0.isNewline }
      } else if rest.hasPrefix("/*") {
        guard let end = rest.firstRange(of: "*/") else { return "" }
        rest = rest[end.upperBound...]
      } else {
        return String(rest.prefix { $0.isLetter })
      }
    }
  }
}
