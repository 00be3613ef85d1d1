extension TemplateRenderer {
  func applyText(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = filter.rawValue
    if filter == .urlencode { return .string(try urlEncoded(value, arguments)) }
    if filter == .xmlattr { return .string(try attributesXML(value, arguments)) }
    let text = try self.text(of: value)
    switch filter {
    case .replace:
      let bound = try arguments.bound(to: ["old", "new", "count"], of: name)
      guard let old = bound[0], let new = bound[1] else { throw TemplateParameter(callee: name, name: "new").missing() }
      let count = try TemplateParameter(callee: name, name: "count").whole(bound[2].flatMap { $0.isNone ? nil : $0 })
      return .string(try replaced(text, try self.text(of: old), try self.text(of: new), count: count ?? -1))
    case .trim:
      let bound = try arguments.bound(to: ["chars"], of: name)
      let characters = try TemplateParameter(callee: name, name: "chars").text(
        bound[0].flatMap { $0.isNone ? nil : $0 })
      return .string(stripped(text, characters, left: true, right: true))
    case .center:
      var width = TemplateArguments(positional: arguments.positional)
      width.named = arguments.named
      if width.positional.isEmpty, width.named.isEmpty { width.positional = [.int(80)] }
      return try call(.center, of: text, width)
    case .format:
      guard arguments.named.isEmpty else {
        let map = TemplateMap(arguments.named.map { ($0.name, $0.value) })
        return .string(try percentFormat(text, .map(map)))
      }
      return .string(try percentFormat(text, .tuple(arguments.positional)))
    case .indent: return .string(try indented(text, arguments))
    case .truncate: return .string(try truncated(text, arguments))
    case .wordwrap: return .string(try wrapped(text, arguments))
    default:
      _ = try arguments.bound(to: [], of: name)
      return plain(filter, text)
    }
  }

  /// Filters without parameters.
  private func plain(_ filter: TemplateFilter, _ text: String) -> TemplateValue {
    switch filter {
    case .upper: return .string(TemplateText.upper(text.unicodeScalars))
    case .lower: return .string(TemplateText.lower(text.unicodeScalars))
    case .capitalize: return .string(TemplateText.capitalized(text.unicodeScalars))
    case .escape, .e, .forceescape: return .string(TemplateText.escapedHTML(text))
    case .title: return .string(titled(text))
    case .wordcount: return .int(wordCount(text))
    case .striptags: return .string(withoutTags(text))
    default: return .string(text)
    }
  }

  private func wordCount(_ text: String) -> Int {
    var count = 0
    var isInWord = false
    for scalar in text.unicodeScalars {
      let isWord = scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if isWord, !isInWord { count += 1 }
      isInWord = isWord
    }
    return count
  }

  /// Jinja's `title`: words begin after blanks, hyphens and opening brackets, so that "it's" keeps its small s.
  private func titled(_ text: String) -> String {
    var result = ""
    var isAtStart = true
    for scalar in text.unicodeScalars {
      let separates = isPythonSpace(scalar.value) || "-({[<".unicodeScalars.contains(scalar)
      result += isAtStart && !separates ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
      isAtStart = separates
    }
    return result
  }

  /// Text without tags and comments, with single blanks.
  private func withoutTags(_ text: String) -> String {
    var result: [UInt8] = []
    let bytes = Array(text.utf8)
    let opening = Array("<!--".utf8)
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<") {
        let isComment = bytes[position...].starts(with: opening)
        let end = TemplateText.firstRange(of: Array((isComment ? "-->" : ">").utf8), in: bytes, from: position)
        guard let end else {
          result += bytes[position...]
          break
        }
        position = end.upperBound
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return TemplateText.words(TemplateText.string(result)).map(\.text).joined(separator: " ")
  }

  private func indented(_ text: String, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let bound = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
    let indentation: String
    switch bound[0] {
    case .string(let given)?: indentation = given
    case let given:
      let width = try TemplateParameter(callee: "indent", name: "width").whole(given) ?? 4
      guard width <= 4096 else { throw TemplateError(.limitExceeded, "'indent' takes at most 4096 blanks") }
      indentation = String(repeating: " ", count: max(0, width))
    }
    let indentsFirst = bound[1]?.isTrue ?? false
    let indentsBlank = bound[2]?.isTrue ?? false
    var result = ""
    for (index, line) in (text + "\n").unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().enumerated()
    {
      if index > 0 { result += "\n" }
      if index == 0 ? indentsFirst : indentsBlank || !line.isEmpty { result += indentation }
      result += String(line)
      guard result.utf8.count <= limits.textBytes else { throw textTooLong() }
    }
    return result
  }

  private func truncated(_ text: String, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let bound = try arguments.bound(to: ["length", "killwords", "end", "leeway"], of: "truncate")
    let length = try TemplateParameter(callee: "truncate", name: "length").whole(bound[0]) ?? 255
    let leeway =
      try TemplateParameter(callee: "truncate", name: "leeway").whole(bound[3].flatMap { $0.isNone ? nil : $0 }) ?? 5
    let end = try TemplateParameter(callee: "truncate", name: "end").text(bound[2]) ?? "..."
    let endLength = end.unicodeScalars.count
    guard length >= endLength, leeway >= 0 else {
      throw TemplateError(.invalidValue, "'truncate' needs a length of at least that of its end and no negative leeway")
    }
    let scalars = Array(text.unicodeScalars)
    guard scalars.count > length, scalars.count - length > leeway else { return text }
    var kept = scalars[..<(length - endLength)]
    if !(bound[1]?.isTrue ?? false), let blank = kept.lastIndex(of: " ") { kept = kept[..<blank] }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: kept)
    return String(view) + end
  }

  /// Lines of at most `width` code points, broken at blanks; a longer word is cut when `break_long_words` is on.
  private func wrapped(_ text: String, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let bound = try arguments.bound(
      to: ["width", "break_long_words", "wrapstring", "break_on_hyphens"], of: "wordwrap")
    let width = try TemplateParameter(callee: "wordwrap", name: "width").whole(bound[0]) ?? 79
    guard width > 0 else { throw TemplateError(.invalidValue, "'wordwrap' needs a positive width") }
    let newline =
      try TemplateParameter(callee: "wordwrap", name: "wrapstring").text(bound[2].flatMap { $0.isNone ? nil : $0 })
      ?? "\n"
    let cutsWords = bound[1]?.isTrue ?? true
    var lines: [String] = []
    for paragraph in TemplateText.lines(text, keepsEnds: false) {
      var line: [Unicode.Scalar] = []
      var hasWord = false
      for word in TemplateText.words(paragraph.text) {
        var rest = Array(word.text.unicodeScalars)[...]
        if hasWord, line.count + 1 + rest.count <= width {
          line.append(" ")
        } else if hasWord, !cutsWords || rest.count <= width || line.count + 1 >= width {
          lines.append(Self.string(line))
          line = []
        } else if hasWord {
          line.append(" ")
        }
        while cutsWords, line.count + rest.count > width {
          let cut = width - line.count
          lines.append(Self.string(line + rest.prefix(cut)))
          line = []
          rest = rest.dropFirst(cut)
        }
        line += rest
        hasWord = true
      }
      lines.append(Self.string(line))
    }
    return lines.joined(separator: newline)
  }

  private static func string(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private func urlEncoded(_ value: TemplateValue, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    _ = try arguments.bound(to: [], of: "urlencode")
    let pairs: [TemplateValue]
    switch value {
    case .map(let map): pairs = map.entries.map { .tuple([$0.key, $0.value]) }
    case .list(let elements), .tuple(let elements): pairs = elements
    default: return percentEncoded(try text(of: value), keeping: "/")
    }
    var parts: [String] = []
    for pair in pairs {
      guard let pair = pair.elements, pair.count == 2 else {
        throw TemplateError(.wrongType, "'urlencode' takes a text, a map or a list of pairs")
      }
      let key = percentEncoded(try text(of: pair[0]), keeping: nil)
      parts.append(key + "=" + percentEncoded(try text(of: pair[1]), keeping: nil))
    }
    return parts.joined(separator: "&")
  }

  private func percentEncoded(_ text: String, keeping kept: Unicode.Scalar?) -> String {
    var result = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || byte >= 0x30 && byte <= 0x39)
      if isPlain || "_.-~".unicodeScalars.contains(scalar) || scalar == kept {
        result.unicodeScalars.append(scalar)
      } else if byte == 0x20, kept == nil {
        result += "+"
      } else {
        result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  private func attributesXML(_ value: TemplateValue, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let bound = try arguments.bound(to: ["autospace"], of: "xmlattr")
    guard case .map(let map) = value else {
      throw TemplateError(.wrongType, "'xmlattr' takes a map", found: value.typeName)
    }
    var parts: [String] = []
    for entry in map.entries where !entry.value.isNone && !entry.value.isUndefined {
      let key = try text(of: entry.key)
      guard !key.unicodeScalars.contains(where: { isPythonSpace($0.value) || "/>=".unicodeScalars.contains($0) }) else {
        throw TemplateError(.invalidValue, "'\(key)' cannot be the name of an attribute")
      }
      parts.append(TemplateText.escapedHTML(key) + "=\"" + TemplateText.escapedHTML(try text(of: entry.value)) + "\"")
    }
    let text = parts.joined(separator: " ")
    return (bound[0]?.isTrue ?? true) && !text.isEmpty ? " " + text : text
  }
}
