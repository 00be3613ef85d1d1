import HTTPTypes
import Hummingbird

/// Keeps pages of other sites away from a server that asks for no key.
///
/// A browser sends a page's simple requests without asking the server first, though it hides the answer from the page; and
/// a name whose owner lets it point at this machine (DNS rebinding) makes them requests of the page's own origin. Whoever
/// must send a key is safe from both, because no browser adds it by itself.
struct ForeignSiteMiddleware: RouterMiddleware {
  typealias Context = ServerContext

  private let rule: CrossOriginRule
  private let asksForKey: Bool
  private let listensOnLoopback: Bool

  init(settings: ServerSettings) {
    rule = settings.crossOrigin
    asksForKey = !settings.keys.isEmpty
    listensOnLoopback = SiteAddress(authority: settings.host).isLoopback
  }

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    if !asksForKey, rule != .any { try check(request) }
    return try await next(request, context)
  }

  private func check(_ request: Request) throws(ServerError) {
    let authority = request.head.authority
    let site = authority.map { SiteAddress(authority: $0) }
    if listensOnLoopback, let site, !site.isOfThisNetwork, !allowedSites.contains(where: { $0.name == site.name }) {
      throw ServerError(
        .permission,
        "This server listens for this machine alone, and \"\(site.name)\" is no name of it. Use 127.0.0.1 or localhost, "
          + "start the server with --allow-origin http://\(site.name), or give it keys.", code: "foreign_host")
    }
    guard let origin = request.headers[.origin], ![.get, .head, .options].contains(request.method) else { return }
    if case .origins(let origins) = rule, origins.contains(origin) { return }
    // Programs with pages inside (a browser's extensions, editors) have schemes of their own; "null" is anybody.
    guard origin == "null" || SiteAddress(origin: origin) != nil else { return }
    guard let page = SiteAddress(origin: origin), page == site else {
      throw ServerError(
        .permission,
        "A page of \"\(origin)\" may not do this. Start the server with --allow-origin \(origin) to let it.",
        code: "foreign_origin")
    }
  }

  private var allowedSites: [SiteAddress] {
    guard case .origins(let origins) = rule else { return [] }
    return origins.compactMap { SiteAddress(origin: $0) }
  }
}
