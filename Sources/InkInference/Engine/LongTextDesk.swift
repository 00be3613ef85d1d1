package import InkChat

/// Reads long texts one at a time, on a thread of its own.
///
/// A text of megabytes keeps a processor busy for seconds and takes many times its size in memory until its tokens are
/// known. Several of them on the threads that all requests share would leave none for the others.
package actor LongTextDesk {
  /// Texts up to this many bytes are read where they are: that takes a few milliseconds at most.
  package static let shortTextLimit = 1 << 16

  nonisolated private let thread = EngineThread(label: "inkstone.texts")

  package init() {}

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Does some work over a text of so many bytes.
  package nonisolated func read<Value: Sendable>(
    byteCount: Int, _ work: @Sendable () throws(GenerationError) -> Value
  ) async throws(GenerationError) -> Value {
    guard byteCount > Self.shortTextLimit else { return try work() }
    return try await inTurn(work)
  }

  private func inTurn<Value: Sendable>(
    _ work: @Sendable () throws(GenerationError) -> Value
  ) throws(GenerationError) -> Value {
    // Who went away while others were read needs no answer.
    if Task.isCancelled { throw GenerationError(code: .cancelled, context: "text") }
    return try work()
  }
}

extension [Message] {
  /// The bytes of all texts.
  var textByteCount: Int { reduce(0) { $0 + $1.content.text.utf8.count } }
}
