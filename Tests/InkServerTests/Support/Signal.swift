/// Something that happens once and that a test waits for.
final class Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

  func fire() { continuation.finish() }

  func wait() async { for await _ in stream {} }
}
