import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ctrl-C and requests to end, for work that has something to put in order first.
package enum Interruption {
  /// What asks a program to end: Ctrl-C, and the request of a system that shuts down.
  package static let signals = [SIGINT, SIGTERM]

  /// What asks a server to read its configuration again.
  package static let hangUp = SIGHUP

  /// Ends the process at once, with the status that tells which signal came.
  package static func endProcess(_ signal: Int32) -> Never { exit(128 + signal) }

  /// Runs work that is cancelled by the first signal; the second one ends the process at once.
  ///
  /// - Throws: `interrupted` or `terminated` when a signal came, otherwise what the work throws.
  package static func cancelling<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let received = ReceivedSignal()
    let task = Task { try await work() }
    let watches = SignalWatch(signals) { number in
      let isFirst = received.store(number)
      if !isFirst { endProcess(number) }
      task.cancel()
    }
    defer { watches.stop() }
    do {
      return try await task.value
    } catch {
      switch received.number {
      case 0: throw error
      case SIGTERM: throw CommandError(.terminated, context: "stopped", hint: "Run the command again to finish.")
      default: throw CommandError(.interrupted, context: "stopped", hint: "Run the command again to finish.")
      }
    }
  }
}

/// Hands signals to a function instead of letting them end the process.
package struct SignalWatch {
  private let sources: [any DispatchSourceSignal]
  private let numbers: [Int32]

  /// Begins to watch; the handler runs on a thread of its own.
  package init(_ numbers: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "signals")
    self.numbers = numbers
    self.sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { handler(number) }
      source.resume()
      return source
    }
  }

  /// Gives the signals back to the system.
  package func stop() {
    for source in sources { source.cancel() }
    for number in numbers { signal(number, SIG_DFL) }
  }
}

/// The first signal that came, shared between the handler and the one who waits.
private final class ReceivedSignal: Sendable {
  private let value = Atomic<Int32>(0)

  /// 0 while none came.
  var number: Int32 { value.load(ordering: .relaxed) }

  /// Keeps a signal; tells whether it is the first.
  func store(_ number: Int32) -> Bool {
    value.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
  }
}
