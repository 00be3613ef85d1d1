extension TemplateRenderer {
  /// A method of a text, with Python's parameters.
  func call(
    _ method: StringMethod, of text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    switch method {
    case .strip, .lstrip, .rstrip: return try strip(method, text, arguments)
    case .split, .rsplit: return try split(method, text, arguments)
    case .startswith, .endswith: return try hasAffix(method, text, arguments)
    case .find, .rfind, .index, .rindex, .count: return try search(method, text, arguments)
    case .partition, .rpartition: return try partition(method, text, arguments)
    case .replace: return try replace(text, arguments)
    case .join: return try join(text, arguments)
    case .center, .ljust, .rjust, .zfill: return try pad(method, text, arguments)
    case .removeprefix, .removesuffix: return try removeAffix(method, text, arguments)
    case .expandtabs: return try expandTabs(text, arguments)
    case .format: return .string(try braceFormat(text, arguments))
    case .formatMap:
      let bound = try arguments.bound(to: ["mapping"], of: method.rawValue)
      guard case .map(let map)? = bound[0] else {
        throw TemplateParameter(callee: method.rawValue, name: "mapping").missing()
      }
      var named = TemplateArguments()
      for case let entry in map.entries {
        if case .string(let name) = entry.key { named.named.append((name, entry.value)) }
      }
      return .string(try braceFormat(text, named))
    case .splitlines:
      let bound = try arguments.bound(to: ["keepends"], of: method.rawValue)
      return .list(TemplateText.lines(text, keepsEnds: bound[0]?.isTrue ?? false))
    default:
      _ = try arguments.bound(to: [], of: method.rawValue)
      return plain(method, text)
    }
  }

  /// Methods without parameters.
  private func plain(_ method: StringMethod, _ text: String) -> TemplateValue {
    let scalars = text.unicodeScalars
    switch method {
    case .upper: return .string(TemplateText.upper(scalars))
    case .lower, .casefold: return .string(TemplateText.lower(scalars))
    case .capitalize: return .string(TemplateText.capitalized(scalars))
    case .title: return .string(TemplateText.titled(text))
    case .swapcase: return .string(TemplateText.swappedCase(text))
    case .isalpha: return .bool(all(text) { $0.isLetter })
    case .isdigit:
      return .bool(all(text) { $0.properties.numericType == .decimal || $0.properties.numericType == .digit })
    case .isdecimal: return .bool(all(text) { $0.properties.numericType == .decimal })
    case .isnumeric: return .bool(all(text) { $0.properties.numericType != nil })
    case .isalnum: return .bool(all(text) { $0.isLetter || $0.properties.numericType != nil })
    case .isspace: return .bool(all(text) { isPythonSpace($0.value) })
    case .isascii: return .bool(text.utf8.allSatisfy { $0 < 0x80 })
    case .isprintable: return .bool(scalars.allSatisfy(isPrintable))
    case .isupper:
      return .bool(scalars.contains { $0.properties.isUppercase } && !scalars.contains { $0.properties.isLowercase })
    case .islower:
      return .bool(scalars.contains { $0.properties.isLowercase } && !scalars.contains { $0.properties.isUppercase })
    case .istitle:
      return .bool(
        scalars.contains { $0.properties.isCased } && TemplateText.titled(text).utf8.elementsEqual(text.utf8))
    default:
      // What is left is `isidentifier`.
      guard let first = scalars.first, first == "_" || first.properties.isIDStart else { return .bool(false) }
      return .bool(scalars.allSatisfy { $0 == "_" || $0.properties.isIDContinue })
    }
  }

  private func all(_ text: String, _ holds: (Unicode.Scalar) -> Bool) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy(holds)
  }

  private func strip(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["chars"], of: method.rawValue)
    var characters: String?
    if let value = bound[0], !value.isNone {
      characters = try TemplateParameter(callee: method.rawValue, name: "chars").text(value)
    }
    return .string(stripped(text, characters, left: method != .rstrip, right: method != .lstrip))
  }

  func stripped(_ text: String, _ characters: String?, left: Bool, right: Bool) -> String {
    let scalars = text.unicodeScalars[...]
    guard let characters else { return String(trimmed(scalars, left: left, right: right) { isPythonSpace($0.value) }) }
    let set = Set(characters.unicodeScalars)
    return String(trimmed(scalars, left: left, right: right) { set.contains($0) })
  }

  private func split(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = method.rawValue
    let bound = try arguments.bound(to: ["sep", "maxsplit"], of: name)
    let limit = try TemplateParameter(callee: name, name: "maxsplit").whole(bound[1]) ?? -1
    guard let value = bound[0], !value.isNone else {
      return .list(
        method == .split ? TemplateText.words(text, limit: limit) : TemplateText.wordsFromEnd(text, limit: limit))
    }
    guard let separator = try TemplateParameter(callee: name, name: "sep").text(value), !separator.isEmpty else {
      throw TemplateError(.invalidValue, "'\(name)' was given an empty separator")
    }
    let (bytes, part) = (Array(text.utf8), Array(separator.utf8))
    guard method == .rsplit, limit >= 0 else {
      return .list(TemplateText.pieces(of: bytes, between: TemplateText.ranges(of: part, in: bytes, limit: limit)))
    }
    let mirrored = TemplateText.ranges(of: part.reversed(), in: bytes.reversed(), limit: limit)
    let ranges = mirrored.reversed().map { bytes.count - $0.upperBound..<bytes.count - $0.lowerBound }
    return .list(TemplateText.pieces(of: bytes, between: ranges))
  }

  private func hasAffix(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = method.rawValue
    let bound = try arguments.bound(to: ["affix", "start", "end"], of: name)
    guard let value = bound[0] else { throw TemplateParameter(callee: name, name: "affix").missing() }
    let bytes = try part(of: text, bound[1], bound[2], callee: name).bytes
    let candidates: [TemplateValue]
    if case .tuple(let elements) = value { candidates = elements } else { candidates = [value] }
    for candidate in candidates {
      let affix = Array(try TemplateParameter(callee: name, name: "affix").requiredText(candidate).utf8)
      let holds =
        method == .startswith
        ? bytes.starts(with: affix) : bytes.count >= affix.count && bytes.suffix(affix.count).elementsEqual(affix)
      if holds { return true }
    }
    return false
  }

  /// The bytes between two positions in code points, and the position of their start; nil bounds mean the ends.
  private func part(
    of text: String, _ from: TemplateValue?, _ to: TemplateValue?, callee: String
  ) throws(TemplateError) -> (bytes: [UInt8], start: Int) {
    let from = from.flatMap { $0.isNone ? nil : $0 }
    let to = to.flatMap { $0.isNone ? nil : $0 }
    guard from != nil || to != nil else { return (Array(text.utf8), 0) }
    let scalars = Array(text.unicodeScalars)
    func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + scalars.count : bound, 0), scalars.count) }
    let start = clamped(try TemplateParameter(callee: callee, name: "start").whole(from) ?? 0)
    let end = clamped(try TemplateParameter(callee: callee, name: "end").whole(to) ?? scalars.count)
    var view = String.UnicodeScalarView()
    if start < end { view.append(contentsOf: scalars[start..<end]) }
    return (Array(String(view).utf8), start)
  }

  private func search(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = method.rawValue
    let bound = try arguments.bound(to: ["sub", "start", "end"], of: name)
    let wanted = Array(try TemplateParameter(callee: name, name: "sub").requiredText(bound[0]).utf8)
    let (bytes, start) = try part(of: text, bound[1], bound[2], callee: name)
    try charge(wanted.count >> 6)
    if method == .count {
      if wanted.isEmpty { return .int(bytes.count { $0 & 0xC0 != 0x80 } + 1) }
      return .int(TemplateText.ranges(of: wanted, in: bytes, limit: -1).count)
    }
    let isFromEnd = method == .rfind || method == .rindex
    let found =
      isFromEnd
      ? TemplateText.lastRange(of: wanted, in: bytes, to: bytes.count)
      : TemplateText.firstRange(of: wanted, in: bytes, from: 0)
    guard let found else {
      if method == .find || method == .rfind { return .int(-1) }
      throw TemplateError(.invalidValue, "The text that '\(name)' looks for does not occur")
    }
    return .int(start + bytes[..<found.lowerBound].count { $0 & 0xC0 != 0x80 })
  }

  private func partition(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = method.rawValue
    let bound = try arguments.bound(to: ["sep"], of: name)
    let separator = try TemplateParameter(callee: name, name: "sep").requiredText(bound[0])
    guard !separator.isEmpty else { throw TemplateError(.invalidValue, "'\(name)' was given an empty separator") }
    let (bytes, part) = (Array(text.utf8), Array(separator.utf8))
    let found =
      method == .partition
      ? TemplateText.firstRange(of: part, in: bytes, from: 0)
      : TemplateText.lastRange(of: part, in: bytes, to: bytes.count)
    guard let found else {
      return .tuple(method == .partition ? [.string(text), "", ""] : ["", "", .string(text)])
    }
    return .tuple([
      .string(TemplateText.string(bytes[..<found.lowerBound])), .string(separator),
      .string(TemplateText.string(bytes[found.upperBound...])),
    ])
  }

  private func replace(_ text: String, _ arguments: TemplateArguments) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["old", "new", "count"], of: "replace")
    let old = try TemplateParameter(callee: "replace", name: "old").requiredText(bound[0])
    let new = try TemplateParameter(callee: "replace", name: "new").requiredText(bound[1])
    let count = try TemplateParameter(callee: "replace", name: "count").whole(bound[2]) ?? -1
    return .string(try replaced(text, old, new, count: count))
  }

  /// The text with `old` replaced at most `count` times; negative means everywhere.
  func replaced(_ text: String, _ old: String, _ new: String, count: Int) throws(TemplateError) -> String {
    let bytes = Array(text.utf8)
    let part = Array(old.utf8)
    let replacement = Array(new.utf8)
    var ranges: [Range<Int>] = []
    if part.isEmpty {
      for position in 0...bytes.count where position == bytes.count || bytes[position] & 0xC0 != 0x80 {
        if count >= 0, ranges.count == count { break }
        ranges.append(position..<position)
      }
    } else {
      ranges = TemplateText.ranges(of: part, in: bytes, limit: count)
    }
    let (added, overflows) = ranges.count.multipliedReportingOverflow(by: replacement.count)
    guard !overflows, added <= limits.textBytes - min(bytes.count, limits.textBytes) else { throw textTooLong() }
    try charge(added >> 6)
    var result: [UInt8] = []
    var position = 0
    for range in ranges {
      result += bytes[position..<range.lowerBound]
      result += replacement
      position = range.upperBound
    }
    result += bytes[position...]
    return TemplateText.string(result)
  }

  private func join(_ text: String, _ arguments: TemplateArguments) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["iterable"], of: "join")
    guard let value = bound[0] else { throw TemplateParameter(callee: "join", name: "iterable").missing() }
    var result = ""
    for (index, element) in try elements(of: value).enumerated() {
      guard case .string(let part) = element else {
        throw TemplateError(
          .wrongType, "'join' takes texts only", expected: "a string", found: element.typeName,
          hint: "The filter 'join' takes any values")
      }
      if index > 0 { result += text }
      result += part
      guard result.utf8.count <= limits.textBytes else { throw textTooLong() }
      try charge((text.utf8.count + part.utf8.count) >> 6)
    }
    return .string(result)
  }

  private func pad(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = method.rawValue
    let bound = try arguments.bound(to: ["width", "fillchar"], of: name)
    guard let width = try TemplateParameter(callee: name, name: "width").whole(bound[0]) else {
      throw TemplateParameter(callee: name, name: "width").missing()
    }
    var fill = try TemplateParameter(callee: name, name: "fillchar").text(bound[1]) ?? " "
    guard fill.unicodeScalars.count == 1 else {
      throw TemplateError(.wrongType, "'\(name)' fills with exactly one character")
    }
    guard width <= limits.textBytes / 4 else { throw textTooLong() }
    let missing = max(0, width) - text.unicodeScalars.count
    guard missing > 0 else { return .string(text) }
    if method == .zfill {
      fill = "0"
      let hasSign = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
      let (sign, rest) = hasSign ? (String(text.prefix(1)), String(text.dropFirst())) : ("", text)
      return .string(sign + String(repeating: fill, count: missing) + rest)
    }
    let left: Int
    switch method {
    case .ljust: left = 0
    case .rjust: left = missing
    default: left = missing / 2 + (missing & width & 1)
    }
    return .string(String(repeating: fill, count: left) + text + String(repeating: fill, count: missing - left))
  }

  private func removeAffix(
    _ method: StringMethod, _ text: String, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["affix"], of: method.rawValue)
    let affix = Array(try TemplateParameter(callee: method.rawValue, name: "affix").requiredText(bound[0]).utf8)
    let bytes = Array(text.utf8)
    guard bytes.count >= affix.count else { return .string(text) }
    if method == .removeprefix {
      return .string(bytes.starts(with: affix) ? TemplateText.string(bytes.dropFirst(affix.count)) : text)
    }
    return .string(
      bytes.suffix(affix.count).elementsEqual(affix) ? TemplateText.string(bytes.dropLast(affix.count)) : text)
  }

  private func expandTabs(_ text: String, _ arguments: TemplateArguments) throws(TemplateError) -> TemplateValue {
    let bound = try arguments.bound(to: ["tabsize"], of: "expandtabs")
    let size = try TemplateParameter(callee: "expandtabs", name: "tabsize").whole(bound[0]) ?? 8
    guard size <= 1024 else { throw textTooLong() }
    var result = ""
    var column = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t":
        let count = size > 0 ? size - column % size : 0
        result += String(repeating: " ", count: count)
        column += count
        guard result.utf8.count <= limits.textBytes else { throw textTooLong() }
      default:
        result.unicodeScalars.append(scalar)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return .string(result)
  }
}

extension Unicode.Scalar {
  /// Whether the general category is one of the letters, as `str.isalpha` asks.
  fileprivate var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
