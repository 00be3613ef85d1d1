/// Reads what follows `[TOOL_CALLS]`: a list of JSON objects, one object, or a name with its arguments behind it.
struct MistralCallReader: ToolCallReader {
  private enum Notation: Sendable {
    case undecided
    case objects(JSONCallReader)
    case named(NamedCallReader)
  }

  private var notation = Notation.undecided

  mutating func feed(_ scalar: Unicode.Scalar, into output: inout AnswerOutput) -> ToolCallProgress {
    switch notation {
    case .undecided:
      if JSONScanner.isBlank(scalar) { return .reading }
      notation =
        scalar == "[" || scalar == "{"
        ? .objects(JSONCallReader(rule: .anyName)) : .named(NamedCallReader(layout: .bracketed))
      return feed(scalar, into: &output)
    case .objects(var reader):
      // Emptied first, so that the reader's buffers have one owner and grow in place.
      notation = .undecided
      defer { notation = .objects(reader) }
      return reader.feed(scalar, into: &output)
    case .named(var reader):
      notation = .undecided
      defer { notation = .named(reader) }
      return reader.feed(scalar, into: &output)
    }
  }

  mutating func finish(into output: inout AnswerOutput) {}
}
