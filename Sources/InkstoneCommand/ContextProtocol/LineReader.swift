import Dispatch
import Synchronization

/// Reads the lines of a descriptor one after the other, for one who asks.
///
/// Waiting for input blocks a thread, which is one of its own and not one that tasks run on.
final class LineReader: Sendable {
  /// A line that is longer than this ends the input: no program that keeps to the protocol sends one.
  private static let longest = 64 << 20

  private struct State {
    /// Lines that were read and not yet asked for, the first one last.
    var ready: [String] = []
    /// The beginning of a line whose end did not come yet.
    var rest: [UInt8] = []
    var isOver = false
    var waiter: CheckedContinuation<String?, Never>?
  }

  /// What is done about a question for a line.
  private enum Answer {
    case line(String?)
    /// It comes when it was read.
    case later
  }

  private let descriptor: Int32
  private let queue: DispatchQueue
  private let state = Mutex(State())

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    queue = DispatchQueue(label: "lines of \(descriptor)")
  }

  /// The next line; nil at the end, and when the task that waits is cancelled.
  func next() async -> String? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        switch ask(continuation) {
        case .line(let line): continuation.resume(returning: line)
        case .later: queue.async { self.read() }
        }
      }
    } onCancel: {
      deliver(nil)
    }
  }

  private func ask(_ continuation: CheckedContinuation<String?, Never>) -> Answer {
    state.withLock { state in
      if let line = state.ready.popLast() { return .line(line) }
      guard !state.isOver, !Task.isCancelled else { return .line(nil) }
      state.waiter = continuation
      return .later
    }
  }

  /// Answers the one who waits, if there still is one.
  private func deliver(_ line: String?) {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: line)
  }

  /// Reads until there is a line for the one who waits.
  private func read() {
    var input = DescriptorInput(descriptor, chunkSize: 1 << 16)
    while state.withLock({ $0.waiter != nil && $0.ready.isEmpty && !$0.isOver }) {
      switch input.ask() {
      case .bytes(let bytes): state.withLock { take(bytes, into: &$0) }
      case .interrupted: continue
      case .end, .failed: state.withLock { take([], into: &$0) }
      }
    }
    let (waiter, line) = state.withLock { state -> (CheckedContinuation<String?, Never>?, String?) in
      // Whoever waited may have gone; the line is kept for the next one who asks.
      guard let waiter = state.waiter else { return (nil, nil) }
      state.waiter = nil
      return (waiter, state.ready.popLast())
    }
    waiter?.resume(returning: line)
  }

  /// Takes bytes into the lines; none at all are the end.
  private func take(_ bytes: ArraySlice<UInt8>, into state: inout State) {
    var lines: [String] = []
    var start = bytes.startIndex
    for position in bytes.indices where bytes[position] == UInt8(ascii: "\n") {
      state.rest += bytes[start..<position]
      lines.append(String(decoding: state.rest, as: UTF8.self))
      state.rest.removeAll(keepingCapacity: true)
      start = position + 1
    }
    state.rest += bytes[start...]
    if bytes.isEmpty || state.rest.count > Self.longest {
      state.isOver = true
      if bytes.isEmpty, !state.rest.isEmpty { lines.append(String(decoding: state.rest, as: UTF8.self)) }
      state.rest = []
    }
    state.ready = lines.reversed() + state.ready
  }
}
