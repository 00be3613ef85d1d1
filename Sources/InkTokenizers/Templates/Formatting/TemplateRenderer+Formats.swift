extension TemplateRenderer {
  // MARK: '%' formatting

  /// Python's `text % values`.
  func percentFormat(_ format: String, _ values: TemplateValue) throws(TemplateError) -> String {
    try charge(text: format)
    let bytes = Array(format.utf8)
    let positional: [TemplateValue]
    if case .tuple(let elements) = values { positional = elements } else { positional = [values] }
    var used = 0
    var usesNames = false
    var result: [UInt8] = []
    var position = 0
    func next() throws(TemplateError) -> TemplateValue {
      guard used < positional.count else {
        throw TemplateError(
          .wrongType, "There are fewer values than place holders in the format '\(format.prefix(40))'")
      }
      used += 1
      return positional[used - 1]
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "%") else {
        result.append(bytes[position])
        position += 1
        continue
      }
      position += 1
      var value: TemplateValue?
      if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
        guard case .map(let map) = values,
          let close = TemplateText.firstRange(of: [UInt8(ascii: ")")], in: bytes, from: position)
        else { throw TemplateError(.wrongType, "A format with names takes a map") }
        let name = TemplateText.string(bytes[(position + 1)..<close.lowerBound])
        guard let found = map[name] else {
          throw TemplateError(.invalidValue, "The format names '\(name)', which the map lacks")
        }
        value = found
        usesNames = true
        position = close.upperBound
      }
      let specification = try percentSpecification(bytes, &position, next)
      if specification.type == UInt8(ascii: "%") {
        result.append(UInt8(ascii: "%"))
        continue
      }
      if value == nil { value = try next() }
      result += try percentText(value ?? .undefined, specification).utf8
      guard result.count <= limits.textBytes else { throw textTooLong() }
    }
    var takesAnything = usesNames
    if case .map = values { takesAnything = true }
    guard used == positional.count || takesAnything else {
      throw TemplateError(.wrongType, "There are more values than place holders in the format '\(format.prefix(40))'")
    }
    return TemplateText.string(result)
  }

  private func percentSpecification(
    _ bytes: [UInt8], _ position: inout Int, _ next: () throws(TemplateError) -> TemplateValue
  ) throws(TemplateError) -> FormatSpecification {
    var specification = FormatSpecification()
    flags: while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "-"): specification.alignment = .left
      case UInt8(ascii: "0"):
        if specification.alignment == nil {
          specification.alignment = .afterSign
          specification.fill = "0"
        }
      case UInt8(ascii: "+"): specification.sign = UInt8(ascii: "+")
      case UInt8(ascii: " "): if specification.sign != UInt8(ascii: "+") { specification.sign = UInt8(ascii: " ") }
      case UInt8(ascii: "#"): specification.isAlternate = true
      default: break flags
      }
      position += 1
    }
    if specification.alignment == .left { specification.fill = " " }
    specification.width = try percentNumber(bytes, &position, next) ?? 0
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      specification.precision = try percentNumber(bytes, &position, next) ?? 0
    }
    while position < bytes.count, [UInt8(ascii: "h"), UInt8(ascii: "l"), UInt8(ascii: "L")].contains(bytes[position]) {
      position += 1
    }
    guard position < bytes.count else { throw TemplateError(.invalidValue, "The format ends inside a place holder") }
    specification.type = bytes[position]
    position += 1
    return specification
  }

  private func percentNumber(
    _ bytes: [UInt8], _ position: inout Int, _ next: () throws(TemplateError) -> TemplateValue
  ) throws(TemplateError) -> Int? {
    if position < bytes.count, bytes[position] == UInt8(ascii: "*") {
      position += 1
      guard let number = try next().wholeNumber, (0...FormatSpecification.widthLimit).contains(number) else {
        throw TemplateError(.invalidValue, "'*' in a format takes a whole number that is not negative")
      }
      return number
    }
    return try digits(bytes, &position)
  }

  private func digits(_ bytes: [UInt8], _ position: inout Int) throws(TemplateError) -> Int? {
    var number: Int?
    while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
      number = try FormatSpecification.appending(digit: bytes[position], to: number ?? 0)
      position += 1
    }
    return number
  }

  private func percentText(_ value: TemplateValue, _ specification: FormatSpecification) throws(TemplateError) -> String
  {
    var specification = specification
    switch specification.type {
    case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "a"):
      var text = try self.text(of: value)
      if specification.type != UInt8(ascii: "s") {
        text = ""
        value.appendRepresentation(to: &text)
      }
      if specification.alignment == .afterSign { (specification.alignment, specification.fill) = (.right, " ") }
      return specification.aligned(cut(text, specification.precision), default: .right)
    case UInt8(ascii: "c"):
      if case .string(let text) = value, text.unicodeScalars.count == 1 {
        return specification.aligned(text, default: .right)
      }
      guard let code = value.wholeNumber.flatMap({ UInt32(exactly: $0) }), let scalar = Unicode.Scalar(code) else {
        throw TemplateError(.wrongType, "'%c' takes one character", found: value.typeName)
      }
      return specification.aligned(String(scalar), default: .right)
    case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "u"):
      if case .double(let number) = value {
        guard let whole = Int(exactly: number.rounded(.towardZero)) else { throw TemplateOperators.overflow }
        return try specification.number(.int(whole)) ?? ""
      }
    default: break
    }
    let letter = String(Unicode.Scalar(specification.type))
    guard let number = value.number else {
      throw TemplateError(.wrongType, "'%\(letter)' takes a number", found: value.typeName)
    }
    guard specification.type != UInt8(ascii: "n"), specification.type != UInt8(ascii: "b"),
      let text = try specification.number(number)
    else { throw TemplateError(.invalidValue, "'%\(letter)' is no place holder for a value of type \(value.typeName)") }
    return text
  }

  private func cut(_ text: String, _ precision: Int?) -> String {
    guard let precision else { return text }
    return String(text.unicodeScalars.prefix(precision))
  }

  // MARK: '{}' formatting

  /// Python's `text.format(…)`.
  func braceFormat(_ format: String, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let bytes = Array(format.utf8)
    var result: [UInt8] = []
    var position = 0
    var automatic = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
        result.append(byte)
        continue
      }
      if position < bytes.count, bytes[position] == byte {
        result.append(byte)
        position += 1
        continue
      }
      guard byte == UInt8(ascii: "{"), let end = fieldEnd(bytes, from: position) else {
        throw TemplateError(.invalidValue, "A brace in a format is not closed or not opened", hint: "Write it twice")
      }
      let field = Array(bytes[position..<end])
      position = end + 1
      result += try braceField(field, arguments, &automatic).utf8
      guard result.count <= limits.textBytes else { throw textTooLong() }
    }
    return TemplateText.string(result)
  }

  private func fieldEnd(_ bytes: [UInt8], from start: Int) -> Int? {
    var depth = 0
    for position in start..<bytes.count {
      if bytes[position] == UInt8(ascii: "{") { depth += 1 }
      if bytes[position] == UInt8(ascii: "}") {
        if depth == 0 { return position }
        depth -= 1
      }
    }
    return nil
  }

  private func braceField(
    _ field: [UInt8], _ arguments: TemplateArguments, _ automatic: inout Int
  ) throws(TemplateError) -> String {
    let nameEnd = field.firstIndex { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: ":") } ?? field.count
    let value = try fieldValue(Array(field[..<nameEnd]), arguments, &automatic)
    var position = nameEnd
    var conversion: UInt8 = 0
    if position < field.count, field[position] == UInt8(ascii: "!") {
      conversion = position + 1 < field.count ? field[position + 1] : 0
      guard [UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "a")].contains(conversion) else {
        throw TemplateError(.invalidValue, "'!' in a format takes 'r' or 's'")
      }
      position += 2
    }
    var text: String?
    if conversion != 0 {
      text = try self.text(of: value)
      if conversion != UInt8(ascii: "s") {
        var representation = ""
        value.appendRepresentation(to: &representation)
        text = representation
      }
    }
    guard position < field.count else {
      if let text { return text }
      return try self.text(of: value)
    }
    guard field[position] == UInt8(ascii: ":") else {
      throw TemplateError(.invalidValue, "A format's field cannot be read")
    }
    var notation = Array(field[(position + 1)...])
    if notation.contains(UInt8(ascii: "{")) {
      try enter()
      defer { leave() }
      notation = try nestedNotation(notation, arguments, &automatic)
    }
    return try formatted(text.map { .string($0) } ?? value, notation)
  }

  /// A notation may take its width from a field of its own, one level deep.
  private func nestedNotation(
    _ notation: [UInt8], _ arguments: TemplateArguments, _ automatic: inout Int
  ) throws(TemplateError) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    while position < notation.count {
      guard notation[position] == UInt8(ascii: "{") else {
        result.append(notation[position])
        position += 1
        continue
      }
      guard let end = fieldEnd(notation, from: position + 1) else { break }
      let value = try fieldValue(Array(notation[(position + 1)..<end]), arguments, &automatic)
      result += try text(of: value).utf8
      position = end + 1
    }
    return result
  }

  private func fieldValue(
    _ name: [UInt8], _ arguments: TemplateArguments, _ automatic: inout Int
  ) throws(TemplateError) -> TemplateValue {
    let rootEnd = name.firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") } ?? name.count
    let root = TemplateText.string(name[..<rootEnd])
    var value: TemplateValue
    if root.isEmpty || Int(root) != nil {
      let index = Int(root) ?? automatic
      if root.isEmpty { automatic += 1 }
      guard arguments.positional.indices.contains(index) else {
        throw TemplateError(.invalidValue, "The format asks for value \(index), which was not given")
      }
      value = arguments.positional[index]
    } else {
      guard let found = arguments.named.first(where: { $0.name == root }) else {
        throw TemplateError(.invalidValue, "The format asks for '\(root)', which was not given")
      }
      value = found.value
    }
    var position = rootEnd
    while position < name.count {
      let isItem = name[position] == UInt8(ascii: "[")
      let end =
        isItem
        ? name[position...].firstIndex(of: UInt8(ascii: "]")) ?? name.count
        : name[(position + 1)...].firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") } ?? name.count
      let key = TemplateText.string(name[(position + 1)..<end])
      value = try isItem ? item(Int(key).map { .int($0) } ?? .string(key), of: value) : attribute(key, of: value)
      guard !value.isUndefined else { throw TemplateError(.undefinedValue, "'\(key)' in a format is undefined") }
      position = isItem ? end + 1 : end
    }
    return value
  }

  private func formatted(_ value: TemplateValue, _ notation: [UInt8]) throws(TemplateError) -> String {
    var specification = FormatSpecification()
    let scalars = Array(TemplateText.string(notation).unicodeScalars)
    var position = 0
    func alignment(_ index: Int) -> FormatSpecification.Alignment? {
      guard index < scalars.count else { return nil }
      switch scalars[index] {
      case "<": return .left
      case ">": return .right
      case "^": return .center
      case "=": return .afterSign
      default: return nil
      }
    }
    if let found = alignment(1) {
      (specification.fill, specification.alignment, position) = (scalars[0], found, 2)
    } else if let found = alignment(0) {
      (specification.alignment, position) = (found, 1)
    }
    let rest = Array(String(String.UnicodeScalarView(scalars[position...])).utf8)
    position = 0
    if position < rest.count, [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: " ")].contains(rest[position]) {
      specification.sign = rest[position]
      position += 1
    }
    if position < rest.count, rest[position] == UInt8(ascii: "#") {
      specification.isAlternate = true
      position += 1
    }
    if position < rest.count, rest[position] == UInt8(ascii: "0") {
      position += 1
      if specification.alignment == nil { (specification.alignment, specification.fill) = (.afterSign, "0") }
    }
    specification.width = try digits(rest, &position) ?? 0
    if position < rest.count, rest[position] == UInt8(ascii: ",") || rest[position] == UInt8(ascii: "_") {
      specification.grouping = rest[position]
      position += 1
    }
    if position < rest.count, rest[position] == UInt8(ascii: ".") {
      position += 1
      specification.precision = try digits(rest, &position)
    }
    if position < rest.count {
      specification.type = rest[position]
      position += 1
    }
    guard position == rest.count else { throw TemplateError(.invalidValue, "A format's notation cannot be read") }
    return try formatted(value, specification)
  }

  private func formatted(_ value: TemplateValue, _ specification: FormatSpecification) throws(TemplateError) -> String {
    switch value {
    case .int, .double:
      if let number = value.number, let text = try specification.number(number) { return text }
    case .bool(let flag) where specification.type != 0:
      if let text = try specification.number(.int(flag ? 1 : 0)) { return text }
    default:
      if specification.type == 0 || specification.type == UInt8(ascii: "s") {
        var specification = specification
        if specification.alignment == .afterSign { specification.alignment = .left }
        return specification.aligned(cut(try text(of: value), specification.precision), default: .left)
      }
    }
    throw TemplateError(
      .invalidValue,
      "The notation '\(String(Unicode.Scalar(specification.type)))' does not fit a value of type \(value.typeName)")
  }
}
