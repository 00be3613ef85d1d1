import Synchronization

/// Ranks that are threads of one process: what a run over several processes computes, without starting them.
///
/// Each rank must be on a thread of its own, because ``exchange(sending:receiving:)`` waits.
package final class ThreadCommunicator: Communicator {
  package let rank: Int
  package let size: Int
  private let room: MailRoom

  private init(rank: Int, size: Int, room: MailRoom) {
    self.rank = rank
    self.size = size
    self.room = room
  }

  /// The ranks of a run.
  package static func group(of size: Int) -> [ThreadCommunicator] {
    let room = MailRoom()
    return (0..<max(size, 1)).map { ThreadCommunicator(rank: $0, size: max(size, 1), room: room) }
  }

  package func exchange(sending: [TensorMessage], receiving: [TensorMessage]) throws(TensorError) {
    // All at once: whoever has got a letter of an exchange may end the run, and the others are to get theirs too.
    room.post(
      sending.map { (Route(from: rank, to: $0.peer), Storage.copying($0.tensor.bytes)) })
    for message in receiving {
      let letter = try room.take(from: Route(from: message.peer, to: rank))
      guard letter.byteCount == message.byteCount else {
        throw TensorError(
          .communication, context: "a message from rank \(message.peer) to rank \(rank)",
          expected: "\(message.byteCount) bytes", found: "\(letter.byteCount)")
      }
      message.base.copyMemory(from: letter.base, byteCount: letter.byteCount)
    }
  }

  package func abort(status: Int32) { room.end(by: rank, status: status) }

  package func close() {}
}

/// From whom to whom.
private struct Route: Hashable, Sendable {
  let from: Int
  let to: Int
}

/// Copies of messages that nobody has taken yet.
private final class MailRoom: Sendable {
  private struct State {
    var letters: [Route: [Storage]] = [:]
    var end: (rank: Int, status: Int32)?
  }

  private let state = Mutex(State())
  private let changed = Condition()

  func post(_ letters: [(route: Route, content: Storage)]) {
    state.withLock { state in
      for letter in letters { state.letters[letter.route, default: []].append(letter.content) }
    }
    changed.wakeAll()
  }

  func take(from route: Route) throws(TensorError) -> Storage {
    changed.wait { state.withLock { $0.end != nil || !$0.letters[route, default: []].isEmpty } }
    // What was sent before the end still arrives.
    let letter = state.withLock { state -> Storage? in
      guard let letters = state.letters[route], !letters.isEmpty else { return nil }
      return state.letters[route]?.removeFirst()
    }
    if let letter { return letter }
    let end = state.withLock { $0.end }
    throw TensorError(
      .communication, context: "rank \(route.to)",
      found: end.map { "rank \($0.rank) ended the run with status \($0.status)" } ?? "no message")
  }

  func end(by rank: Int, status: Int32) {
    state.withLock { $0.end = $0.end ?? (rank, status) }
    changed.wakeAll()
  }
}
