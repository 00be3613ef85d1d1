import InkChat

/// A value between tags, on its way to JSON.
struct TaggedValue: Sendable {
  /// What the schema allows.
  enum ValueType: Sendable, Hashable {
    /// A string and nothing else: what stands there is written on at once.
    case string
    /// Anything but a string.
    case other
    /// A string or something else, or nobody knows.
    case anything

    /// What a parameter's schema allows, as far as it says so in plain words.
    init(schema: JSONValue?) {
      switch schema?["type"] {
      case .string("string")?: self = .string
      case .string?: self = .other
      case .array(let types)?:
        self = !types.contains("string") ? .other : types.count == 1 ? .string : .anything
      case .null?, .boolean?, .integer?, .number?, .object?, nil:
        if case .array(let values)? = schema?["enum"], !values.isEmpty {
          let strings = values.filter { if case .string = $0 { true } else { false } }
          self = strings.count == values.count ? .string : strings.isEmpty ? .other : .anything
        } else {
          self = .anything
        }
      }
    }
  }

  /// What becomes of the line breaks behind the opening and in front of the closing tag.
  enum LineBreaks: Sendable, Hashable { case kept, droppedAtEdges }

  private let type: ValueType
  private let breaks: LineBreaks
  private var text = String.UnicodeScalarView()
  private var isBegun = false
  private var heldBreak = false
  private var isQuoteOpen = false

  init(type: ValueType, breaks: LineBreaks) {
    self.type = type
    self.breaks = breaks
  }

  /// Takes the next character of the value.
  mutating func take(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) {
    let isFirst = !isBegun
    isBegun = true
    if case .droppedAtEdges = breaks {
      if isFirst, scalar == "\n" { return }
      if heldBreak { write("\n", into: &output) }
      heldBreak = scalar == "\n"
      if heldBreak { return }
    }
    write(scalar, into: &output)
  }

  /// Ends the value at its closing tag.
  mutating func end(into output: inout AnswerOutput) {
    switch type {
    case .string:
      openQuote(into: &output)
      output.argument("\"")
    case .other, .anything: output.argument(Self.json(String(text), type))
    }
  }

  /// Writes what there is of a value that was cut off.
  mutating func breakOff(into output: inout AnswerOutput) {
    switch type {
    case .string: break
    case .other, .anything: output.argument(String(text))
    }
  }

  private mutating func write(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) {
    switch type {
    case .string:
      openQuote(into: &output)
      output.argument(JSONScanner.escaped(scalar))
    case .other, .anything: text.append(scalar)
    }
  }

  private mutating func openQuote(into output: inout AnswerOutput) {
    if !isQuoteOpen { output.argument("\"") }
    isQuoteOpen = true
  }

  /// The value as JSON. Python's words for true, false and none are understood where no string is due.
  private static func json(_ text: String, _ type: ValueType) -> String {
    let trimmed = text.trimmed
    switch (type, trimmed) {
    case (.other, "True"): return "true"
    case (.other, "False"): return "false"
    case (.other, "None"): return "null"
    case (.string, _), (.other, _), (.anything, _): break
    }
    switch try? JSONValue(parsing: trimmed) {
    case .null?, .boolean?, .integer?, .number?, .array?, .object?: return trimmed
    case .string?: return type == .other ? trimmed : JSONValue.string(text).text
    case nil: return JSONValue.string(text).text
    }
  }
}
