import InkChat

/// Reads calls that are JSON objects with `name` and `arguments` (or `parameters`), or a list of such objects.
///
/// Arguments that come behind the name are written on while they are read; those in front of it wait for it. Members
/// with other names are passed over. An object that ends too early, behind its arguments, is a call all the same:
/// small models forget the last brace.
struct JSONCallReader: ToolCallReader {
  /// What makes an object a call.
  enum Rule: Sendable {
    /// A name: a mark in front of the object already said that it is a call.
    case anyName
    /// The name of a tool, and arguments: nothing else tells the call from an answer that is JSON.
    case knownName(Set<String>)
  }

  private enum Place: Sendable {
    case outside, betweenCalls, firstMember, memberName, colon, value, behindMember
  }

  private enum Member: Sendable { case name, arguments, other }

  private enum Nesting: Sendable { case single, list }

  private let rule: Rule
  private var place: Place
  private var nesting = Nesting.single
  private var scanner = JSONScanner()
  /// The text of a member's name or value that is needed as a whole.
  private var buffer = String.UnicodeScalarView()
  private var member = Member.other
  private var name: String?
  /// Arguments that were complete before the name was known.
  private var waitingArguments: String?
  /// Whether the object at hand was already given out as a call.
  private var isCallClosed = false

  /// A reader that begins in front of an object or a list.
  init(rule: Rule) {
    self.rule = rule
    place = .outside
  }

  /// A reader that begins behind the first brace of an object.
  init(insideObjectWith rule: Rule) {
    self.rule = rule
    place = .firstMember
  }

  mutating func feed(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) -> ToolCallProgress {
    switch place {
    case .memberName: return nameOfMember(scalar)
    case .value: return value(scalar, &output)
    case .outside, .betweenCalls, .firstMember, .colon, .behindMember:
      return JSONScanner.isBlank(scalar) ? .reading : structure(scalar, &output)
    }
  }

  mutating func finish(into output: inout AnswerOutput) {}

  private mutating func structure(_ scalar: Unicode.Scalar, _ output: inout AnswerOutput) -> ToolCallProgress {
    switch (place, scalar) {
    case (.outside, "["):
      nesting = .list
      place = .betweenCalls
    case (.outside, "{"), (.betweenCalls, "{"): place = .firstMember
    case (.betweenCalls, ","): break
    case (.betweenCalls, "]"):
      output.claim()
      return .finished
    case (.firstMember, "\""), (.behindMember, "\""):
      place = .memberName
      buffer = String.UnicodeScalarView()
      scanner = JSONScanner()
      _ = scanner.feed(scalar)
    case (.behindMember, ","): place = .firstMember
    case (.firstMember, "}"), (.behindMember, "}"): return endObject(&output)
    case (.colon, ":"):
      place = .value
      scanner = JSONScanner()
      buffer = String.UnicodeScalarView()
    default: return isCallClosed ? .finishedBefore : .refused
    }
    return .reading
  }

  private mutating func nameOfMember(_ scalar: Unicode.Scalar) -> ToolCallProgress {
    switch scanner.feed(scalar) {
    case .incomplete: buffer.append(scalar)
    case .complete:
      switch String(buffer) {
      case "name": member = name == nil ? .name : .other
      case "arguments", "parameters": member = isCallClosed || waitingArguments != nil ? .other : .arguments
      case "type", "id": member = .other
      default:
        // Other members are those of an answer that is JSON, which must not wait for its end.
        if case .knownName = rule { return isCallClosed ? .finishedBefore : .refused }
        member = .other
      }
      place = .colon
    case .completeBefore, .broken: return isCallClosed ? .finishedBefore : .refused
    }
    return .reading
  }

  private mutating func value(_ scalar: Unicode.Scalar, _ output: inout AnswerOutput) -> ToolCallProgress {
    if case .arguments = member, !output.isCallOpen, buffer.isEmpty, scalar == "{", let name {
      output.openCall(named: name)
    }
    let isInString = scanner.isInString
    let verdict = scanner.feed(scalar)
    if verdict == .broken {
      if output.isCallOpen { return .broken }
      return isCallClosed ? .finishedBefore : .refused
    }
    if verdict != .completeBefore { keep(scalar, isInString: isInString, &output) }
    switch verdict {
    case .incomplete, .broken: return .reading
    case .complete: return endValue(&output)
    case .completeBefore:
      let progress = endValue(&output)
      if progress != .reading { return progress }
      return JSONScanner.isBlank(scalar) ? .reading : structure(scalar, &output)
    }
  }

  /// Writes a character of a value on, or keeps it until the value is known as a whole.
  private mutating func keep(_ scalar: Unicode.Scalar, isInString: Bool, _ output: inout AnswerOutput) {
    if output.isCallOpen {
      output.argument(scalar, isInString: isInString)
      return
    }
    switch member {
    case .other: break
    case .name, .arguments:
      if isInString, scalar.value < 0x20 {
        buffer += JSONScanner.escaped(scalar).unicodeScalars
      } else if !(buffer.isEmpty && JSONScanner.isBlank(scalar)) {
        buffer.append(scalar)
      }
    }
  }

  private mutating func endValue(_ output: inout AnswerOutput) -> ToolCallProgress {
    place = .behindMember
    switch member {
    case .other: break
    case .name:
      guard case .string(let text)? = try? JSONValue(parsing: String(buffer)), isName(text) else { return .refused }
      name = text
      if let waitingArguments { give(waitingArguments, to: text, &output) }
    case .arguments:
      if output.isCallOpen {
        output.closeCall()
        isCallClosed = true
      } else if let name {
        give(Self.argumentText(String(buffer)), to: name, &output)
      } else {
        waitingArguments = Self.argumentText(String(buffer))
      }
    }
    return .reading
  }

  private mutating func endObject(_ output: inout AnswerOutput) -> ToolCallProgress {
    if !isCallClosed {
      guard let name else { return .refused }
      switch rule {
      case .anyName: give("{}", to: name, &output)
      case .knownName: return .refused
      }
    }
    output.claim()
    isCallClosed = false
    name = nil
    waitingArguments = nil
    place = .betweenCalls
    return nesting == .list ? .reading : .finished
  }

  private mutating func give(_ arguments: String, to name: String, _ output: inout AnswerOutput) {
    output.openCall(named: name)
    output.argument(arguments)
    output.closeCall()
    isCallClosed = true
  }

  private func isName(_ text: String) -> Bool {
    switch rule {
    case .anyName: !text.isEmpty
    case .knownName(let names): names.contains(text)
    }
  }

  /// Some models write the arguments as a string that holds JSON, and `null` for none.
  private static func argumentText(_ text: String) -> String {
    switch try? JSONValue(parsing: text) {
    case .null?: return "{}"
    case .string(let inner)?:
      if case .object? = try? JSONValue(parsing: inner) { return inner }
      return text
    case .boolean?, .integer?, .number?, .array?, .object?, nil: return text
    }
  }
}
