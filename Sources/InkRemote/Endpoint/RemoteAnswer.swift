import AsyncHTTPClient
package import InkChat
package import NIOCore
import NIOHTTP1

/// The beginning of an endpoint's answer with a status of success; its body arrives while it is read.
///
/// Dropping it, or cancelling the task that reads it, closes the connection.
public struct RemoteAnswer: Sendable {
  /// The media type without parameters, in lower case; empty when none was told.
  package let mediaType: String
  private let body: HTTPClientResponse.Body
  /// Kept until the body is read or dropped.
  private let use: EndOfUse?

  init(_ response: HTTPClientResponse, use: EndOfUse? = nil) {
    let field = response.headers.first(name: "content-type") ?? ""
    mediaType = String(field.prefix { $0 != ";" }).lowercased().filter { !$0.isWhitespace }
    body = response.body
    self.use = use
  }

  private init(mediaType: String, body: HTTPClientResponse.Body, use: EndOfUse) {
    self.mediaType = mediaType
    self.body = body
    self.use = use
  }

  /// The same answer, which tells when it is read to its end or dropped.
  package func onEnd(_ action: @escaping @Sendable () -> Void) -> RemoteAnswer {
    RemoteAnswer(mediaType: mediaType, body: body, use: EndOfUse(before: use, action))
  }

  /// Hands over the pieces of the body as they arrive, until its end or until the reader has enough.
  ///
  /// - Throws: `modelFailure` when the connection is lost, `cancelled`, and what the reader throws.
  package func read(
    _ take: (ByteBuffer) throws(GenerationError) -> Reading
  ) async throws(GenerationError) {
    var pieces = body.makeAsyncIterator()
    var byteCount = 0
    while true {
      let piece: ByteBuffer?
      do { piece = try await pieces.next() } catch {
        throw Task.isCancelled ? .remoteCancelled : .lostConnection(after: byteCount, error)
      }
      guard let piece else {
        if Task.isCancelled { throw .remoteCancelled }
        return
      }
      byteCount += piece.readableBytes
      switch try take(piece) {
      case .goOn: continue
      case .abandon: return
      case .enough:
        // What is left is a few bytes; with them the connection can serve another request.
        let rest = pieces
        let drain = Task {
          var rest = rest
          while try await rest.next() != nil {}
        }
        Task {
          try await Task.sleep(for: .seconds(1))
          drain.cancel()
        }
        return
      }
    }
  }

  /// Whether a reader wants more.
  package enum Reading: Sendable, Hashable {
    case goOn
    /// Nothing more is wanted; the connection is kept if the body ends in a moment.
    case enough
    /// Nothing more is wanted; the connection is closed.
    case abandon
  }

  /// The whole body.
  ///
  /// - Throws: as `read`, and `modelFailure` when there are more bytes than the limit.
  func bytes(limit: Int, progress: Progress? = nil) async throws(GenerationError) -> [UInt8] {
    var bytes: [UInt8] = []
    try await read { (piece) throws(GenerationError) -> Reading in
      guard piece.readableBytes <= limit - bytes.count else {
        throw GenerationError(
          code: .modelFailure, context: "endpoint's answer", expected: "at most \(limit) bytes", found: "more")
      }
      bytes.append(contentsOf: piece.readableBytesView)
      progress?.step()
      return .goOn
    }
    return bytes
  }
}

/// Tells once that something is not used any more.
final class EndOfUse: Sendable {
  private let before: EndOfUse?
  private let action: @Sendable () -> Void

  init(before: EndOfUse?, _ action: @escaping @Sendable () -> Void) {
    self.before = before
    self.action = action
  }

  deinit { action() }
}
