import InkChat

/// A summary that is brought up to date with messages, and the place in the conversation up to which it goes.
struct ConversationSummary: Sendable {
  private static let kind = "summary"
  let log: MemoryLog
  let model: any ChatModel
  let options: GenerationOptions

  /// The summary, empty at first, and the first place that it does not hold.
  func current() async throws(ChainError) -> (text: String, next: Int) {
    let notes = try await log.notes(Self.kind)
    return (notes["text"] ?? "", notes["next"].flatMap { Int($0) } ?? 0)
  }

  /// Takes messages into the summary.
  func extend(by entries: some Collection<MemoryLog.Entry>, in context: ChainContext) async throws(ChainError) {
    let known = try await current()
    let fresh = entries.filter { $0.position >= known.next }
    guard let last = fresh.last else { return }
    let text = try await context.run(
      Generate(model, options: options),
      on: [
        .system(
          "Bring the summary of a conversation up to date. Keep names, numbers and wishes. Write the summary only."),
        .user("Summary until now:\n\(known.text)\n\nWhat was said since:\n\(MemoryWindow.lines(fresh.map(\.message)))"),
      ])
    try await log.keep(
      ["text": TextTrimming.trimmed(text), "next": String(last.position + 1)], as: Self.kind)
  }

  /// The summary as a message; none when there is none yet.
  func messages() async throws(ChainError) -> [Message] {
    let text = try await current().text
    return text.isEmpty ? [] : [.system("What was said until now, in short: \(text)")]
  }
}
