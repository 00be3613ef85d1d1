import InkChat
import InkTensor

/// Collects what an answer is taken apart into, and joins neighbours of the same kind.
struct AnswerOutput: Sendable {
  private enum Run: Sendable { case text, reasoning, arguments }

  private struct OpenCall: Sendable {
    let identifier: String
    let name: String
    var arguments = String.UnicodeScalarView()
  }

  private var pieces: [AnswerPiece] = []
  private var run = Run.text
  private var runScalars = String.UnicodeScalarView()
  /// The opening of the call being written, until a fragment takes it along.
  private var opening: ToolCallFragment.Opening?
  private var call: OpenCall?
  private var identifiers: ToolCallIdentifiers
  /// Calls that were begun.
  private(set) var openedCalls = 0
  /// What the reader of a call has read and not yet made a part of a call: text, if it turns out not to be one.
  private(set) var unclaimed: [Unicode.Scalar] = []

  init(identifiers: ToolCallIdentifiers) { self.identifiers = identifiers }

  /// Whether a call is being written.
  var isCallOpen: Bool { call != nil }
  /// Calls that were written to their end.
  var closedCalls: Int { openedCalls - (isCallOpen ? 1 : 0) }

  mutating func text(_ scalar: Unicode.Scalar) { append(scalar, to: .text) }
  mutating func reasoning(_ scalar: Unicode.Scalar) { append(scalar, to: .reasoning) }

  /// Remembers a character that the reader of a call is about to read.
  mutating func remember(_ scalar: Unicode.Scalar) { unclaimed.append(scalar) }
  mutating func remember(_ scalars: [Unicode.Scalar]) { unclaimed += scalars }

  /// What was read so far belongs to a call.
  mutating func claim() { unclaimed.removeAll(keepingCapacity: true) }

  /// Takes what was read and belongs to no call.
  mutating func takeUnclaimed() -> [Unicode.Scalar] {
    defer { unclaimed = [] }
    return unclaimed
  }

  mutating func openCall(named name: String) {
    flush()
    let identifier = identifiers.next()
    call = OpenCall(identifier: identifier, name: name)
    opening = ToolCallFragment.Opening(identifier: identifier, name: name)
    openedCalls += 1
    run = .arguments
    claim()
  }

  mutating func argument(_ scalar: Unicode.Scalar) {
    call?.arguments.append(scalar)
    append(scalar, to: .arguments)
    claim()
  }

  mutating func argument(_ text: String) {
    for scalar in text.unicodeScalars { argument(scalar) }
  }

  /// Writes a character of JSON text, escaped where it stands in a string and JSON does not allow it there.
  mutating func argument(_ scalar: Unicode.Scalar, isInString: Bool) {
    if isInString, scalar.value < 0x20 { argument(JSONScanner.escaped(scalar)) } else { argument(scalar) }
  }

  /// Ends the call. Arguments that are no JSON, because the answer was cut off or the model wrote it wrong, stay the
  /// string that was written.
  mutating func closeCall() {
    guard let call else { return }
    flush()
    let text = String(call.arguments)
    let arguments = (try? JSONValue(parsing: text)) ?? .string(text)
    pieces.append(.toolCall(ToolCall(identifier: call.identifier, name: call.name, arguments: arguments)))
    self.call = nil
  }

  /// All pieces since the last time.
  mutating func drain() -> [AnswerPiece] {
    flush()
    defer { pieces = [] }
    return pieces
  }

  private mutating func append(_ scalar: Unicode.Scalar, to wanted: Run) {
    if run != wanted {
      flush()
      run = wanted
    }
    runScalars.append(scalar)
  }

  private mutating func flush() {
    guard !runScalars.isEmpty || opening != nil else { return }
    let text = String(runScalars)
    runScalars = String.UnicodeScalarView()
    switch run {
    case .text: pieces.append(.text(text))
    case .reasoning: pieces.append(.reasoning(text))
    case .arguments:
      pieces.append(
        .toolCallFragment(ToolCallFragment(index: openedCalls - 1, opening: opening, arguments: text)))
      opening = nil
    }
  }
}
