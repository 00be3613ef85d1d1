/// The marks between which a model writes what it thinks before it answers.
public enum ReasoningFormat: String, Sendable, Hashable, CaseIterable {
  /// `<think>…</think>`: DeepSeek R1, Qwen 3, GLM.
  case think
  /// `[THINK]…[/THINK]`: Mistral.
  case bracketed

  /// The format whose marks a chat template knows; nil when it knows none.
  ///
  /// - Parameter source: the template's Jinja text.
  public init?(templateSource source: String) {
    let source = Array(source.utf8)
    for format in Self.allCases where source.contains(format.closing) || source.contains(format.opening) {
      self = format
      return
    }
    return nil
  }

  /// The mark that begins a thought.
  public var opening: String {
    switch self {
    case .think: "<think>"
    case .bracketed: "[THINK]"
    }
  }

  /// The mark that ends it.
  public var closing: String {
    switch self {
    case .think: "</think>"
    case .bracketed: "[/THINK]"
    }
  }

  /// Whether an answer to a prompt begins inside a thought: many templates write the opening mark themselves.
  ///
  /// - Parameters:
  ///   - prompt: the rendered prompt.
  ///   - continued: the text of the message that the answer goes on with, nil for an answer in a turn of its own. What
  ///     stands in other messages is no thought, whatever marks somebody wrote into them.
  public func isOpen(atEndOf prompt: String, continuing continued: String?) -> Bool {
    if prompt.trimmed.hasSuffix(opening) { return true }
    guard let continued else { return false }
    // The message's own opening mark may be one that the template wrote in front of it.
    guard let end = continued.lastRange(of: closing)?.upperBound else {
      return continued.lastRange(of: opening) != nil
    }
    return String(continued[end...]).lastRange(of: opening) != nil
  }
}

extension String {
  /// Where a text stands for the last time.
  fileprivate func lastRange(of text: String) -> Range<Index>? {
    ranges(of: text).last
  }
}
