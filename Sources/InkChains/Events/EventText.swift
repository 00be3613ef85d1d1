import InkChat

/// Values as short text for events.
enum EventText {
  /// The most characters of a value that an event carries.
  static let limit = 2_000

  static func short(_ value: some Sendable) -> String {
    let text: String =
      switch value {
      case let text as String: text
      case let message as Message: line(message)
      case let messages as [Message]: messages.map(line).joined(separator: "\n")
      case let collected as CollectedGeneration: collected.text
      default: String(describing: value)
      }
    let cut = text.prefix(limit)
    return cut.endIndex == text.endIndex ? text : cut + "…"
  }

  private static func line(_ message: Message) -> String { "\(message.role.rawValue): \(message.content.text)" }
}
