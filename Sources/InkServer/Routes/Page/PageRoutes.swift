import HTTPTypes
import Hummingbird

/// The page for people with a browser: bytes that the server holds, by the paths that it was given.
struct PageRoutes: ServerRoute {
  /// What the page may do. It runs no script but its own files, talks to nobody but this server, stands in no other
  /// page's frame, and has no way to turn a string into markup, so that nothing a model writes can become code.
  static let contentSecurityPolicy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].joined(separator: "; ")

  func register(on routes: ServerRoutes) {
    for (path, file) in routes.services.settings.page.sorted(by: { $0.key < $1.key }) {
      let tag = file.entityTag
      routes.on(.get, path, access: .open, about: RouteDescription("")) { request, _ in
        // Browsers ask each time and are told that nothing changed: a new version of the program shows at once.
        let headers: HTTPFields = [
          .cacheControl: "no-cache", .eTag: tag, .xContentTypeOptions: "nosniff",
          .contentSecurityPolicy: Self.contentSecurityPolicy,
        ]
        if let known = request.headers[.ifNoneMatch], PageFile.matches(tag, anyOf: known) {
          return Response(status: .notModified, headers: headers)
        }
        return .bytes(file.bytes, mediaType: file.mediaType, headers: headers)
      }
    }
  }
}
