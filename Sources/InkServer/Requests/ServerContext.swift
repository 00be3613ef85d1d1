public import Hummingbird

/// What is known of a request while it is being answered.
public struct ServerContext: RequestContext {
  /// What Hummingbird keeps.
  public var coreContext: CoreRequestContextStorage
  /// The request's identifier, the client's own if it sent one.
  package var requestIdentifier = ""
  /// When the request arrived, by the server's clock.
  package var arrival: Duration?
  /// Who asks.
  package var identity = ClientIdentity.anonymous
  /// The key that the request came with.
  var key: AccessKey?
  /// What the request turns out to be, for log, metrics and traces.
  package let record = RequestRecord()
  /// The connection that it came over.
  package let connection: ClientConnection

  /// The context of a request that has just arrived.
  public init(source: ApplicationRequestContextSource) {
    self.init(core: CoreRequestContextStorage(source: source), connection: ClientConnection(source.channel))
  }

  init(core: CoreRequestContextStorage, connection: ClientConnection) {
    coreContext = core
    self.connection = connection
  }
}
