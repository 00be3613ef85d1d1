import InkChat

/// What all chunks of a streamed answer have in common, written once: a chunk is made for every token.
struct ChunkEnvelope: Sendable {
  private let opening: String
  private let closing: String
  private let head: AnswerHead
  private let kind: String

  init(_ head: AnswerHead, kind: String, usage: AnswerDelivery.StreamUsage) {
    self.head = head
    self.kind = kind
    let told: JSONValue? =
      switch usage {
      case .left: nil
      case .included: .null
      }
    let whole = head.object(kind, choices: [], usage: told).text
    // The list of choices is the last of the head's members but for the usage, and nothing behind it holds a bracket.
    let bracket = whole.lastIndex(of: "]") ?? whole.endIndex
    opening = String(whole[..<bracket])
    closing = String(whole[bracket...])
  }

  /// A chunk with one entry of `choices`.
  func event(_ choice: JSONValue) -> StreamEvent { .written(opening + choice.text + closing) }

  /// The last chunk, which tells the usage and no choices.
  func event(_ counts: TokenCounts) -> StreamEvent {
    .data(head.object(kind, choices: [], usage: counts.usage))
  }
}
