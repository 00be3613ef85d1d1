/// Reads tool calls of one notation, from behind the mark that opens them.
protocol ToolCallReader: Sendable {
  /// Takes the next character and writes what it completes.
  mutating func feed(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) -> ToolCallProgress

  /// Writes what was held back when no more will come.
  mutating func finish(into output: inout AnswerOutput)
}

/// What a character meant to the reader of a tool call.
enum ToolCallProgress: Sendable, Hashable {
  /// The call goes on.
  case reading
  /// It ends with this character.
  case finished
  /// It ended before what is unclaimed.
  case finishedBefore
  /// This is no call: what is unclaimed is text.
  case refused
  /// The arguments of the open call stop being JSON with this character.
  case broken
}
