import InkChat

/// What a model wrote in one turn of thought and action.
enum ReActStep: Hashable {
  case action(String, JSONValue)
  case final(String)

  /// Reads a turn; whichever of the two comes first counts.
  ///
  /// - Throws: `unparsable` with the form that was expected.
  init(_ text: String) throws(ChainError) {
    let final = text.firstRange(of: "Final Answer:")
    let action = text.firstRange(of: "Action:")
    if let final, action.map({ final.lowerBound < $0.lowerBound }) ?? true {
      self = .final(TextTrimming.trimmed(text[final.upperBound...]))
      return
    }
    guard let action, let input = text[action.upperBound...].firstRange(of: "Action Input:") else {
      throw ChainError(
        .unparsable, context: "turn", expected: "\"Action:\" and \"Action Input:\", or \"Final Answer:\"",
        found: "\"\(text.suffix(80))\"")
    }
    let name = TextTrimming.trimmed(text[action.upperBound..<input.lowerBound])
    let arguments = text[input.upperBound...]
    let end = arguments.firstRange(of: "\nObservation:")?.lowerBound ?? arguments.endIndex
    self = .action(name, try JSONAnswer.find(String(arguments[..<end])))
  }
}
