/// A text with named holes: `{question}`. A brace that is meant as itself is doubled: `{{`, `}}`.
///
/// A template holds no code, and what is filled in is never read as a template, so that text of strangers cannot do
/// anything but stand where it was put.
public struct PromptTemplate: Sendable, Hashable {
  private enum Part: Sendable, Hashable {
    case text(String)
    case hole(String)
  }
  private let parts: [Part]

  /// Reads a template.
  ///
  /// - Throws: `invalidInput` that names the line of a brace without its partner, or of a name that is not made of
  ///   letters, digits and `_`.
  public init(_ template: String) throws(ChainError) {
    var parts: [Part] = []
    var text = ""
    var line = 1
    var rest = template[...]
    while let character = rest.popFirst() {
      if character.isNewline { line += 1 }
      switch character {
      case "{" where rest.first == "{", "}" where rest.first == "}":
        rest.removeFirst()
        text.append(character)
      case "{":
        guard let end = rest.firstIndex(where: { $0 == "}" || $0 == "{" || $0.isNewline }), rest[end] == "}" else {
          throw Self.error(line, found: "{ without }")
        }
        let name = String(rest[..<end])
        guard Self.isName(name) else { throw Self.error(line, found: "\"{\(name)}\"") }
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.hole(name))
        rest = rest[rest.index(after: end)...]
      case "}":
        throw Self.error(line, found: "} without {")
      default:
        text.append(character)
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  /// The names of the holes in the order in which they first appear.
  public var variables: [String] {
    var names: [String] = []
    for case .hole(let name) in parts where !names.contains(name) { names.append(name) }
    return names
  }

  /// The text with its holes filled.
  ///
  /// - Throws: `invalidInput` that names a hole without a value, or a value without a hole.
  public func filled(_ values: [String: String]) throws(ChainError) -> String {
    try check(Array(values.keys))
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .hole(let name): text += values[name] ?? ""
      }
    }
    return text
  }

  /// Throws when the names are not those of the holes.
  func check(_ names: [String]) throws(ChainError) {
    try Self.check(names, against: variables)
  }

  static func check(_ names: [String], against variables: [String]) throws(ChainError) {
    if let missing = variables.first(where: { !names.contains($0) }) {
      throw ChainError(
        .invalidInput, context: "prompt template", expected: "a value for {\(missing)}", found: listed(names),
        hint: "Give it, or write {{\(missing)}} if the braces are meant as themselves.")
    }
    if let unused = names.sorted().first(where: { !variables.contains($0) }) {
      throw ChainError(
        .invalidInput, context: "prompt template", expected: "only values for \(listed(variables))",
        found: "one for {\(unused)}", hint: "Leave it out, or put {\(unused)} into the template.")
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.isEmpty ? "no values" : names.sorted().map { "{\($0)}" }.joined(separator: ", ")
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.first, first.isLetter || first == "_" else { return false }
    return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  private static func error(_ line: Int, found: String) -> ChainError {
    ChainError(
      .invalidInput, context: "prompt template, line \(line)",
      expected: "a name of letters, digits and _ between { and }", found: found,
      hint: "Double a brace that is meant as itself: {{ or }}.")
  }
}
