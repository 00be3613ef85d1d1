/// Lines that go to and come from another program, such as its standard input and output.
public struct LineTransport: Sendable {
  /// The lines that come, without their line feeds; the end of the sequence is the end of the connection.
  public var lines: AsyncStream<String>
  /// Sends one line, which has no line feed yet.
  public var send: @Sendable (String) async throws -> Void

  /// A transport.
  public init(lines: AsyncStream<String>, send: @escaping @Sendable (String) async throws -> Void) {
    self.lines = lines
    self.send = send
  }

  /// Two ends of one connection inside the program.
  public static func pair() -> (LineTransport, LineTransport) {
    let (toFirst, firstSink) = AsyncStream.makeStream(of: String.self)
    let (toSecond, secondSink) = AsyncStream.makeStream(of: String.self)
    return (
      LineTransport(lines: toFirst, send: { secondSink.yield($0) }),
      LineTransport(lines: toSecond, send: { firstSink.yield($0) })
    )
  }
}
