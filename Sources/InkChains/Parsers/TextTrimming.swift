/// Text without what models like to put around it.
enum TextTrimming {
  /// Without white space at both ends.
  static func trimmed(_ text: some StringProtocol) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }

  /// The inside of the first code fence that is closed, else the whole text; without white space at both ends.
  static func unfenced(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let open = lines.firstIndex(where: { trimmed($0).hasPrefix("```") }),
      let close = lines[(open + 1)...].firstIndex(where: { trimmed($0) == "```" })
    else { return trimmed(text) }
    return trimmed(lines[(open + 1)..<close].joined(separator: "\n"))
  }
}
