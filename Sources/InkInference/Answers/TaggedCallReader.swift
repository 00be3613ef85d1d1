import InkChat

/// Reads calls whose parameters stand between tags, each with its value as it is or as JSON, and writes their arguments as
/// a JSON object.
///
/// What a value is, the tool's schema says: text where a string is due, JSON where something else is. Of parameters
/// that no schema describes, what is JSON counts as JSON and the rest as a string.
struct TaggedCallReader: ToolCallReader {
  /// Where reading begins in Qwen's notation.
  enum Beginning: Sendable, Hashable { case outside, functionName }

  enum Notation: Sendable { case glm, qwen }

  private enum Place: Sendable { case head, name, between, key, beforeValue, value }

  private enum Tag: Sendable { case function, parameter, end, keyEnd, valueStart, valueEnd }

  private static let longestName = 256

  private let notation: Notation
  private let tools: [ToolDefinition]
  private var place: Place
  private var watch = MarkWatch()
  private var word = String.UnicodeScalarView()
  private var schema: JSONValue?
  private var parameters = 0
  private var value = TaggedValue(type: .anything, breaks: .kept)

  /// A reader of GLM's notation, behind `<tool_call>`.
  init(tools: [ToolDefinition]) {
    notation = .glm
    self.tools = tools
    place = .name
  }

  /// A reader of Qwen's notation.
  init(tools: [ToolDefinition], beginning: Beginning) {
    notation = .qwen
    self.tools = tools
    place =
      switch beginning {
      case .outside: .head
      case .functionName: .name
      }
  }

  mutating func feed(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) -> ToolCallProgress {
    watch.hold(scalar)
    while true {
      switch watch.outcome(among: Self.tags(notation, place)) {
      case .waiting: return .reading
      case .released(let scalar):
        let progress = take(scalar, &output)
        if progress != .reading { return progress }
      case .found(let tag): return pass(tag.meaning, &output)
      }
    }
  }

  mutating func finish(into output: inout AnswerOutput) {
    guard case .value = place else { return }
    for scalar in watch.release() { value.take(scalar, into: &output) }
    value.breakOff(into: &output)
  }

  private mutating func take(_ scalar: Unicode.Scalar, _ output: inout AnswerOutput) -> ToolCallProgress {
    switch place {
    case .head: return scalar.properties.isWhitespace ? .reading : .refused
    case .name, .key:
      word.append(scalar)
      guard word.count <= Self.longestName else { return output.isCallOpen ? .broken : .refused }
    case .between: if !scalar.properties.isWhitespace { output.text(scalar) }
    case .beforeValue: return scalar.properties.isWhitespace ? .reading : .broken
    case .value: value.take(scalar, into: &output)
    }
    return .reading
  }

  private mutating func pass(_ tag: Tag, _ output: inout AnswerOutput) -> ToolCallProgress {
    if case .name = place {
      guard let name = String(word).asToolName else { return .refused }
      output.openCall(named: name)
      output.argument("{")
      schema = tools.first { $0.name == name }?.parameters
    }
    switch tag {
    case .function:
      place = .name
      word = String.UnicodeScalarView()
    case .parameter:
      place = .key
      word = String.UnicodeScalarView()
    case .keyEnd:
      if case .name = place {
        place = .between
      } else {
        beginParameter(&output)
      }
    case .valueStart: place = .value
    case .valueEnd:
      value.end(into: &output)
      place = .between
    case .end:
      output.argument("}")
      output.closeCall()
      return .finished
    }
    if output.isCallOpen { output.claim() }
    return .reading
  }

  private mutating func beginParameter(_ output: inout AnswerOutput) {
    let key = String(word).trimmed
    if parameters > 0 { output.argument(", ") }
    parameters += 1
    output.argument(JSONValue.string(key).text + ": ")
    let type = TaggedValue.ValueType(schema: schema?["properties"]?[key])
    switch notation {
    case .glm:
      value = TaggedValue(type: type, breaks: .kept)
      place = .beforeValue
    case .qwen:
      value = TaggedValue(type: type, breaks: .droppedAtEdges)
      place = .value
    }
  }

  /// The tags that count at a place.
  private static func tags(_ notation: Notation, _ place: Place) -> [Mark<Tag>] {
    switch (notation, place) {
    case (.glm, .head): []
    case (.glm, .name), (.glm, .between): glmBetween
    case (.glm, .key): glmKey
    case (.glm, .beforeValue): glmBeforeValue
    case (.glm, .value): glmValue
    case (.qwen, .head): qwenHead
    case (.qwen, .name), (.qwen, .key): qwenWord
    case (.qwen, .between): qwenBetween
    case (.qwen, .beforeValue): []
    case (.qwen, .value): qwenValue
    }
  }

  private static let glmBetween = [Mark("<arg_key>", Tag.parameter), Mark("</tool_call>", .end)]
  private static let glmKey = [Mark("</arg_key>", Tag.keyEnd)]
  private static let glmBeforeValue = [Mark("<arg_value>", Tag.valueStart)]
  private static let glmValue = [Mark("</arg_value>", Tag.valueEnd)]
  private static let qwenHead = [Mark("<function=", Tag.function)]
  private static let qwenWord = [Mark(">", Tag.keyEnd)]
  private static let qwenBetween = [
    Mark("<parameter=", Tag.parameter), Mark("</function>", .end), Mark("</tool_call>", .end),
  ]
  private static let qwenValue = [Mark("</parameter>", Tag.valueEnd)]
}
