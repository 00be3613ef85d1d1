import InkRetrieval
import NIOCore

/// Cuts a server's bytes into messages: a kind, a length that counts itself, a body.
struct FrameDecoder: ByteToMessageDecoder {
  typealias InboundOut = BackendMessage

  /// The most bytes of a message.
  static let largestMessage = 256 << 20

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard let message = try Self.next(&buffer) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(message))
    return .continue
  }

  mutating func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    try decode(context: context, buffer: &buffer)
  }

  /// The next message; nil, with nothing taken, until all of it is there.
  static func next(_ buffer: inout ByteBuffer) throws(RetrievalError) -> BackendMessage? {
    guard let kind: UInt8 = buffer.getInteger(at: buffer.readerIndex),
      let length: Int32 = buffer.getInteger(at: buffer.readerIndex + 1)
    else { return nil }
    guard length >= 4 else { throw BackendMessage.damage("a message of \(length) bytes") }
    guard length <= largestMessage else {
      throw RetrievalError(
        .tooLarge, context: "PostgreSQL", expected: "messages of at most \(largestMessage) bytes",
        found: "one of \(length)", hint: "Check that the address is that of a PostgreSQL server.")
    }
    guard buffer.readableBytes > Int(length) else { return nil }
    buffer.moveReaderIndex(forwardBy: 5)
    guard let body = buffer.readSlice(length: Int(length) - 4) else { return nil }
    return try BackendMessage.decode(kind: kind, body)
  }
}
