import HTTPTypes
package import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle

/// A server that answers over HTTP for the models of a provider.
///
/// ```swift
/// let server = InkstoneServer(settings: ServerSettings(port: 0), models: pool, logger: logger)
/// try await server.run { address in print(address) }
/// ```
public struct InkstoneServer: Sendable {
  private let services: ServerServices
  private let routes: [any ServerRoute]
  private let telemetry: TelemetryExport?
  private let logger: Logger

  /// A server that does not run yet.
  ///
  /// - Parameters:
  ///   - settings: how it behaves.
  ///   - models: where models come from.
  ///   - store: what is kept between requests; nil keeps it in memory, and it is gone with the server.
  ///   - knowledge: the knowledge bases it answers from; nil for none.
  ///   - routes: routes besides the usual ones.
  ///   - clock: where the time comes from.
  ///   - identifiers: where identifiers come from.
  ///   - telemetry: where spans and metrics are sent; nil for nowhere.
  ///   - onLargeRequestEnd: called after requests with bodies of megabytes have ended, when what the allocator keeps of
  ///     them can be given back to the system.
  ///   - logger: takes one line a request.
  public init(
    settings: ServerSettings, models: any ModelProvider, store: StateStore? = nil, knowledge: KnowledgeDesk? = nil,
    routes: [any ServerRoute] = [], clock: ServerClock = .system, identifiers: IdentifierSource = .random,
    telemetry: TelemetryExport? = nil, onLargeRequestEnd: @escaping @Sendable () -> Void = {}, logger: Logger
  ) {
    self.telemetry = telemetry
    services = ServerServices(
      settings: settings, models: models, store: store ?? .inMemory(clock: clock), knowledge: knowledge, clock: clock,
      identifiers: identifiers, onLargeRequestEnd: onLargeRequestEnd)
    self.routes = StandardRoutes.all + routes
    self.logger = logger
  }

  /// Listens and answers until it is drained or the task is cancelled.
  ///
  /// - Parameter onListening: told the address, such as `http://127.0.0.1:8080`, once requests are taken.
  /// - Throws: ``ListeningError`` when the address cannot be listened on.
  public func run(onListening: @escaping @Sendable (_ address: String) async -> Void = { _ in }) async throws {
    let host = services.settings.host
    let application = application { channel in
      let port = channel.localAddress?.port ?? 0
      await onListening(host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)")
    }
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      let activity = services.activity
      tasks.addTask {
        await activity.untilDrained()
        await group.triggerGracefulShutdown()
      }
      defer { tasks.cancelAll() }
      do {
        try await group.run()
      } catch {
        throw ListeningError(error, host: host, port: services.settings.port) ?? error
      }
    }
  }

  /// Takes no new requests, finishes the ones there are, and lets `run` return behind the last of them.
  public func drain() {
    services.activity.drain()
  }

  /// Whether `drain` was called.
  public var isDraining: Bool { services.activity.isDraining }

  /// Requests that are being answered.
  public var runningRequests: Int { services.activity.running }

  package func application(
    onListening: @escaping @Sendable (any Channel) async -> Void = { _ in }
  ) -> Application<RouterResponder<ServerContext>> {
    let limits = services.settings.limits
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionHandler(writeTime: limits.writeTime)],
      idleTimeout: TimeAmount(limits.idleTime),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 256))
    var application = Application(
      router: router(),
      server: HTTPServerBuilder { ServedChannel(HTTP1Channel(responder: $0, configuration: channel)) },
      configuration: ApplicationConfiguration(
        address: .hostname(services.settings.host, port: services.settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: logger)),
      onServerRunning: onListening, logger: logger)
    application.addServices(
      BatchWorker(services: services, responder: LocalResponder(routes, services, logger), logger: logger))
    if let telemetry {
      application.addServices(TelemetryWorker(export: telemetry, services: services, logger: logger))
    }
    return application
  }

  private func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
    let templates = RouteTemplates()
    let keys = KeyRing(services.settings.keys)
    let gate = AdmissionGate(concurrentRequests: services.settings.limits.concurrentRequests)
    router.add(middleware: RequestScopeMiddleware(services: services))
    router.add(middleware: RequestTracingMiddleware())
    router.add(middleware: CrossOriginMiddleware(rule: services.settings.crossOrigin))
    router.add(middleware: ErrorMiddleware(templates: templates))
    router.add(middleware: ForeignSiteMiddleware(settings: services.settings))
    let identify = KeyMiddleware(keys: keys)
    let collected = ServerRoutes(
      services: services, templates: templates, open: router.group(),
      watch: router.group().add(middleware: identify),
      key: router.group().add(middleware: DrainMiddleware(services: services)).add(middleware: identify)
        .add(middleware: AdmissionMiddleware(gate: gate, templates: templates, services: services)))
    for route in routes { route.register(on: collected) }
    return router
  }
}
