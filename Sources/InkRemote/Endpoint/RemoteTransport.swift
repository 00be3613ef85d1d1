public import InkChat

/// Something that brings requests to an endpoint: to one server, or to one of several.
public protocol RemoteTransport: Sendable {
  /// Which fields may be sent.
  var dialect: EndpointDialect { get }

  /// How long an answer may take.
  var timeouts: EndpointTimeouts { get }

  /// Sends a request, again if need be, and gives the answer once it has begun with a status of success.
  func send(_ request: RemoteRequest) async throws(GenerationError) -> RemoteAnswer
}
