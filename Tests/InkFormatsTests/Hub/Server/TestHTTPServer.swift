import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A request as the test server saw it.
struct SeenRequest: Sendable {
  let path: String
  let headers: HTTPHeaders

  /// The first offset of a Range header, or nil.
  var rangeStart: Int? {
    guard let range = headers.first(name: "Range"), range.hasPrefix("bytes=") else { return nil }
    return Int(range.dropFirst(6).prefix { $0 != "-" })
  }

  var token: String? { headers.first(name: "Authorization") }
}

/// What the test server answers, and how badly.
struct Reply: Sendable {
  enum Delivery: Sendable {
    /// All at once.
    case whole
    /// This many bytes of the body, then the connection is closed.
    case dropAfter(Int)
    /// This many bytes of the body, then nothing more.
    case stallAfter(Int)
    /// Small pieces with pauses.
    case trickle(piece: Int, pause: Duration)
  }

  var status = 200
  var headers: [(String, String)] = []
  var body: [UInt8] = []
  var delivery = Delivery.whole
  /// Announced instead of the body's length.
  var announcedLength: Int?

  static func status(_ status: Int, _ headers: [(String, String)] = []) -> Reply {
    Reply(status: status, headers: headers)
  }

  static func json(_ text: String) -> Reply { Reply(body: Array(text.utf8)) }

  static func redirect(_ location: String) -> Reply { Reply(status: 302, headers: [("Location", location)]) }

  /// A body that honours the request's Range.
  static func ranged(_ body: [UInt8], _ request: SeenRequest, delivery: Delivery = .whole) -> Reply {
    guard let start = request.rangeStart else { return Reply(body: body, delivery: delivery) }
    guard start < body.count else { return .status(416) }
    return Reply(
      status: 206, headers: [("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)")],
      body: Array(body[start...]), delivery: delivery)
  }
}

/// A local HTTP server whose answers a test writes as a closure of the request and of how often its path was asked
/// before.
final class TestHTTPServer: Sendable {
  typealias Answer = @Sendable (SeenRequest, Int) -> Reply

  private let channel: any Channel
  private let recorder: Recorder

  /// Everything that was asked, in order.
  var requests: [SeenRequest] { recorder.requests }

  var port: Int { channel.localAddress?.port ?? 0 }
  var address: String { "http://127.0.0.1:\(port)" }

  private init(channel: any Channel, recorder: Recorder) {
    self.channel = channel
    self.recorder = recorder
  }

  /// Starts a server, runs `body` with it and stops it.
  static func run<Value: Sendable>(
    _ answer: @escaping Answer, _ body: (TestHTTPServer) async throws -> Value
  ) async throws -> Value {
    let recorder = Recorder()
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
          try channel.pipeline.syncOperations.addHandler(ReplyHandler(answer: answer, recorder: recorder))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = TestHTTPServer(channel: channel, recorder: recorder)
    do {
      let value = try await body(server)
      try await channel.close()
      return value
    } catch {
      try? await channel.close()
      throw error
    }
  }

  final class Recorder: Sendable {
    private let seen: Mutex<[SeenRequest]> = Mutex([])

    var requests: [SeenRequest] { seen.withLock { $0 } }

    /// Notes a request and tells how often its path was asked before.
    func note(_ request: SeenRequest) -> Int {
      seen.withLock { list in
        let before = list.count { $0.path == request.path }
        list.append(request)
        return before
      }
    }
  }
}

private final class ReplyHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart

  private let answer: TestHTTPServer.Answer
  private let recorder: TestHTTPServer.Recorder

  init(answer: @escaping TestHTTPServer.Answer, recorder: TestHTTPServer.Recorder) {
    self.answer = answer
    self.recorder = recorder
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    let request = SeenRequest(path: head.uri, headers: head.headers)
    let reply = answer(request, recorder.note(request))
    let channel = context.channel
    var headers = HTTPHeaders(reply.headers)
    headers.add(name: "Content-Length", value: "\(reply.announcedLength ?? reply.body.count)")
    channel.write(
      HTTPServerResponsePart.head(
        HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)), promise: nil)
    switch reply.delivery {
    case .whole:
      send(reply.body[...], on: channel)
      channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    case .dropAfter(let count):
      send(reply.body.prefix(count), on: channel)
      // Time for the client to take in what was sent.
      channel.eventLoop.scheduleTask(in: .milliseconds(count == 0 ? 10 : 200)) { channel.close(promise: nil) }
    case .stallAfter(let count):
      send(reply.body.prefix(count), on: channel)
    case .trickle(let piece, let pause):
      trickle(reply.body[...], piece, pause, on: channel)
    }
  }

  private func send(_ bytes: ArraySlice<UInt8>, on channel: any Channel) {
    channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
  }

  private func trickle(_ rest: ArraySlice<UInt8>, _ piece: Int, _ pause: Duration, on channel: any Channel) {
    TrickleStep(rest: rest, piece: piece, pause: TimeAmount(pause), channel: channel).run()
  }
}

private struct TrickleStep: Sendable {
  let rest: ArraySlice<UInt8>
  let piece: Int
  let pause: TimeAmount
  let channel: any Channel

  func run() {
    guard !rest.isEmpty else {
      channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
      return
    }
    channel.writeAndFlush(
      HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: rest.prefix(piece)))), promise: nil)
    let next = TrickleStep(rest: rest.dropFirst(piece), piece: piece, pause: pause, channel: channel)
    channel.eventLoop.scheduleTask(in: pause) { next.run() }
  }
}
