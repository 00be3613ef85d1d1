extension String {
  /// The text without white space around it.
  var trimmed: String {
    var scalars = unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }

  /// The text without white space around it, if it can be the name of a tool: a word.
  var asToolName: String? {
    let name = trimmed
    let isWord = !name.unicodeScalars.contains { $0.properties.isWhitespace || "<>{}[]\"".unicodeScalars.contains($0) }
    return name.isEmpty || !isWord ? nil : name
  }
}
