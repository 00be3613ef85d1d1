import Hummingbird

/// The page for people with a browser: bytes that the server holds, by the paths that it was given.
struct PageRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    for (path, file) in routes.services.settings.page.sorted(by: { $0.key < $1.key }) {
      routes.on(.get, path, access: .open, about: RouteDescription("")) { _, _ in
        .bytes(
          file.bytes, mediaType: file.mediaType,
          headers: [.cacheControl: "no-cache", .xContentTypeOptions: "nosniff"])
      }
    }
  }
}
