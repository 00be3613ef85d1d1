import NIOCore

/// Messages on their way to the server, with the promise of its answer.
struct ServerExchange: Sendable {
  var messages: ByteBuffer
  var answer: EventLoopPromise<ServerAnswer>
}
