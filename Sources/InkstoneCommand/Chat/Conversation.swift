package import InkChat
package import InkTensor

/// The messages of a conversation.
package struct Conversation: Sendable, Equatable {
  /// What the model is told first; empty when nothing is.
  package private(set) var system: String
  /// The turns since, user and assistant by turns.
  package private(set) var turns: [Message] = []

  /// A conversation without turns.
  package init(system: String = "") { self.system = system }

  /// What the model is given.
  package var messages: [Message] { (system.isEmpty ? [] : [.system(system)]) + turns }

  /// Adds what the user says.
  package mutating func ask(_ text: String) { turns.append(.user(text)) }

  /// Adds an answer. One that was stopped before its first word takes the question back with it, since templates want
  /// the two by turns.
  package mutating func answer(_ text: String) {
    if text.isEmpty, turns.last?.role == .user { turns.removeLast() } else { turns.append(.assistant(text)) }
  }

  /// Takes back the last question with its answer; nil when nothing was asked.
  package mutating func takeBackLast() -> String? {
    guard let place = turns.lastIndex(where: { $0.role == .user }) else { return nil }
    let question = turns[place].content.text
    turns.removeSubrange(place...)
    return question
  }

  /// Takes up a conversation where it was left.
  package mutating func goOn(from turns: [Message]) { self.turns = turns }

  /// Forgets the turns.
  package mutating func reset() { turns = [] }

  /// Tells the model something else first and begins anew.
  package mutating func tell(_ text: String) {
    system = text
    turns = []
  }

  /// The conversation in the form that chat interfaces exchange.
  package func json(model: String) -> Report {
    [
      "model": .string(model),
      "messages": .array(
        messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content.text)] }),
    ]
  }

  /// Writes the conversation to a file, whole or not at all.
  package func save(to path: String, model: String) throws(TensorError) {
    let file = try AtomicFile(replacing: path)
    try file.write(Array((json(model: model).text + "\n").utf8))
    try file.commit()
  }
}
