extension ScriptRunner {
  /// The methods of texts, lists and dictionaries; there are no other attributes.
  func method(_ name: String, of owner: ScriptValue, _ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue {
    let found: ScriptValue? =
      switch owner {
      case .list(let list): try self.list(list, name, arguments)
      case .dictionary(let dictionary): try self.dictionary(dictionary, name, arguments)
      case .string(let text): try self.string(text, name, arguments)
      case .none, .boolean, .integer, .number: nil
      }
    guard let found else {
      throw error(
        expected: "a known method of \(owner.kind) with the right arguments",
        found: "\(name)(\(arguments.map(\.kind).joined(separator: ", ")))")
    }
    return found
  }

  private func list(_ list: ScriptList, _ name: String, _ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue? {
    switch (name, arguments.count) {
    case ("append", 1):
      try allocate(1)
      list.elements.append(arguments[0])
      return ScriptValue.none
    case ("pop", 0...1):
      let place = try position(arguments.first ?? .integer(-1), in: list.elements.count)
      try count((list.elements.count - place) / 64)
      return list.elements.remove(at: place)
    case ("sort", 0):
      list.elements = try sorted(list.elements)
      return ScriptValue.none
    case ("index", 1):
      for (place, element) in list.elements.enumerated() where try areEqual(element, arguments[0], depth: 0) {
        return .integer(Int64(place))
      }
      throw error(expected: "an element of the list", found: try text(of: arguments[0]))
    case ("count", 1):
      var number: Int64 = 0
      for element in list.elements where try areEqual(element, arguments[0], depth: 0) { number += 1 }
      return .integer(number)
    default: return nil
    }
  }

  private func dictionary(
    _ dictionary: ScriptDictionary, _ name: String, _ arguments: [ScriptValue]
  ) throws(ChainError) -> ScriptValue? {
    switch (name, arguments.count) {
    case ("keys", 0): return try makeList(dictionary.keys.map(\.value))
    case ("values", 0): return try makeList(dictionary.keys.compactMap { dictionary[$0] })
    case ("items", 0):
      var pairs: [ScriptValue] = []
      for key in dictionary.keys { pairs.append(try makeList([key.value, dictionary[key] ?? .none])) }
      return try makeList(pairs)
    case ("get", 1...2): return dictionary[try key(arguments[0])] ?? (arguments.count == 2 ? arguments[1] : .none)
    default: return nil
    }
  }

  private func string(_ text: String, _ name: String, _ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue? {
    var words: [String] = []
    for case .string(let word) in arguments { words.append(word) }
    try count(words.reduce(text.utf8.count) { $0 + $1.utf8.count } / 16)
    switch (name, arguments.count) {
    case ("upper", 0): return try makeString(text.uppercased())
    case ("lower", 0): return try makeString(text.lowercased())
    case ("strip", 0): return try makeString(TextTrimming.trimmed(text))
    case ("split", 0): return try strings(text.split(whereSeparator: \.isWhitespace).map(String.init))
    case ("split", 1):
      guard let separator = words.first, !separator.isEmpty else { return nil }
      return try strings(ScriptSearch(separator).parts(of: text))
    case ("join", 1):
      var parts: [String] = []
      for element in try elements(of: arguments[0]) {
        guard case .string(let part) = element else { throw error(expected: "texts to join", found: element.kind) }
        parts.append(part)
      }
      try allocate(parts.reduce(0) { $0 + $1.utf8.count + text.utf8.count })
      return .string(parts.joined(separator: text))
    case ("replace", 2):
      guard words.count == 2, !words[0].isEmpty else { return nil }
      // The result can be longer by the new text for every byte of the old.
      try allocate(text.utf8.count / words[0].utf8.count * words[1].utf8.count + text.utf8.count)
      return .string(ScriptSearch(words[0]).parts(of: text).joined(separator: words[1]))
    case ("startswith", 1): return words.first.map { .boolean(text.utf8.starts(with: $0.utf8)) }
    case ("endswith", 1): return words.first.map { .boolean(text.utf8.reversed().starts(with: $0.utf8.reversed())) }
    case ("find", 1):
      guard let word = words.first else { return nil }
      let bytes = Array(text.utf8)
      guard !word.isEmpty else { return .integer(0) }
      guard let place = ScriptSearch(word).places(in: bytes, most: 1).first else { return .integer(-1) }
      return .integer(Int64(String(decoding: bytes[..<place], as: UTF8.self).count))
    default: return nil
    }
  }

  private func strings(_ texts: [String]) throws(ChainError) -> ScriptValue {
    try allocate(texts.reduce(0) { $0 + $1.utf8.count })
    return try makeList(texts.map { .string($0) })
  }
}
