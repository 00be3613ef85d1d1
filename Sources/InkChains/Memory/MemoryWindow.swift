import InkChat

/// The last messages that fit a number of tokens.
enum MemoryWindow {
  /// How many messages at the beginning do not fit. A question is never cut from its answer, so the window begins with
  /// one.
  static func start(in entries: [MemoryLog.Entry], tokens: Int, measure: TextMeasure) -> Int {
    var used = 0
    var start = entries.count
    for position in entries.indices.reversed() {
      used += measure.tokens(entries[position].message.content.text)
      guard used <= tokens else { break }
      if entries[position].message.role == .user { start = position }
    }
    return start
  }

  /// Messages as lines for a prompt.
  static func lines(_ messages: some Sequence<Message>) -> String {
    messages.map { "\($0.role.rawValue): \($0.content.text)" }.joined(separator: "\n")
  }
}
