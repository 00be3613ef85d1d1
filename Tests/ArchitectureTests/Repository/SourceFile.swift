/// One file of the repository and its lines.
struct SourceFile: Sendable {
  let path: String
  let lines: [Substring]

  init(path: String, text: String) {
    self.path = path
    self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The second part of `Sources/<Target>/...`.
  var target: String {
    let parts = path.split(separator: "/")
    return parts.count > 1 ? String(parts[1]) : path
  }

  /// Line numbers from 1, with what follows `//` left out. A `//` inside a string literal stays.
  var code: [(number: Int, text: Substring)] {
    lines.enumerated().map { ($0.offset + 1, Self.withoutComment($0.element)) }
  }

  static func withoutComment(_ line: Substring) -> Substring {
    var inString = false
    var previous: Character?
    for index in line.indices {
      let character = line[index]
      if character == "\"" && previous != "\\" { inString.toggle() }
      if !inString && character == "/" && previous == "/" {
        return line[..<line.index(before: index)]
      }
      previous = character
    }
    return line
  }

  /// Modules this Swift file imports, with the line of each.
  var imports: [(number: Int, module: String)] {
    code.compactMap { number, text in
      let words = text.split(whereSeparator: \.isWhitespace)
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count else { return nil }
      let modifiers = words[..<position]
      let known: Set<Substring> = ["public", "package", "internal", "private", "fileprivate"]
      guard modifiers.allSatisfy({ known.contains($0) || $0.hasPrefix("@") }) else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      var name = words[position + 1]
      if kinds.contains(name), position + 2 < words.count { name = words[position + 2] }
      let module = name.split(separator: ".").first ?? name
      return (number, String(module.filter { $0 != ";" }))
    }
  }
}
