/// Reads a call whose name stands in front of its arguments, which are a JSON object.
struct NamedCallReader: ToolCallReader {
  /// What stands around the name.
  enum Layout: Sendable, Hashable {
    /// `name[ARGS]{…}`, with `[CALL_ID]…` in front of the arguments or not, or `name{…}`.
    case bracketed
    /// `function<｜tool▁sep｜>name`, a line break and the arguments between code fences; or `name<｜tool▁sep｜>{…}`.
    case separated
  }

  private enum Place: Sendable {
    case name, mark, identifier, behindMark, secondName, fence, arguments
  }

  /// A name that is longer is none: a reader must not hold back a whole answer.
  private static let longestName = 256
  static let separator = "<｜tool▁sep｜>"

  private let layout: Layout
  private var place: Place
  private var name = String.UnicodeScalarView()
  private var mark = String.UnicodeScalarView()
  private var scanner = JSONScanner()
  private var passed = 0

  /// A reader that begins in front of the name.
  init(layout: Layout) {
    self.layout = layout
    place = .name
  }

  /// A reader that begins behind a name.
  init(behind name: String) {
    layout = .separated
    place = .fence
    self.name = name.unicodeScalars
  }

  mutating func feed(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) -> ToolCallProgress {
    if case .arguments = place { return argument(scalar, &output) }
    passed += 1
    guard passed <= Self.longestName else { return .refused }
    switch place {
    case .arguments: return .reading
    case .name: return nameCharacter(scalar, &output)
    case .mark: return markCharacter(scalar)
    case .identifier:
      if scalar == "[" {
        mark = "[".unicodeScalars
        place = .mark
      }
    case .behindMark:
      if JSONScanner.isBlank(scalar) { return .reading }
      if scalar == "{" { return open(scalar, &output) }
      guard case .separated = layout else { return .refused }
      name = String(scalar).unicodeScalars
      place = .secondName
    case .secondName:
      if scalar == "\n" { place = .fence } else { name.append(scalar) }
    case .fence:
      if scalar == "{" { return open(scalar, &output) }
      guard JSONScanner.isBlank(scalar) || "`json".unicodeScalars.contains(scalar) else { return .refused }
    }
    return .reading
  }

  mutating func finish(into output: inout AnswerOutput) {}

  private mutating func nameCharacter(_ scalar: Unicode.Scalar, _ output: inout AnswerOutput) -> ToolCallProgress {
    switch (layout, scalar) {
    case (.bracketed, "{"): return open(scalar, &output)
    case (.bracketed, "["), (.separated, "<"):
      mark = String(scalar).unicodeScalars
      place = .mark
    default: if !(name.isEmpty && JSONScanner.isBlank(scalar)) { name.append(scalar) }
    }
    return .reading
  }

  private mutating func markCharacter(_ scalar: Unicode.Scalar) -> ToolCallProgress {
    mark.append(scalar)
    switch (layout, String(mark)) {
    case (.bracketed, "[ARGS]"), (.separated, Self.separator): place = .behindMark
    case (.bracketed, "[CALL_ID]"): place = .identifier
    case (.bracketed, let text): if !"[ARGS]".hasPrefix(text), !"[CALL_ID]".hasPrefix(text) { return .refused }
    case (.separated, let text): if !Self.separator.hasPrefix(text) { return .refused }
    }
    return .reading
  }

  /// Begins the arguments with their first brace.
  private mutating func open(_ scalar: Unicode.Scalar, _ output: inout AnswerOutput) -> ToolCallProgress {
    guard let name = String(name).asToolName else { return .refused }
    output.openCall(named: name)
    place = .arguments
    return argument(scalar, &output)
  }

  private mutating func argument(_ scalar: Unicode.Scalar, _ output: inout AnswerOutput) -> ToolCallProgress {
    let isInString = scanner.isInString
    switch scanner.feed(scalar) {
    case .incomplete, .completeBefore:
      output.argument(scalar, isInString: isInString)
      return .reading
    case .complete:
      output.argument(scalar, isInString: isInString)
      output.closeCall()
      return .finished
    case .broken: return .broken
    }
  }
}
