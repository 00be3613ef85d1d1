import HTTPTypes

/// A path of a route with its method.
struct RouteTemplate: Sendable {
  let method: HTTPRequest.Method
  private let components: [Substring]

  init(method: HTTPRequest.Method, path: String) {
    self.method = method
    components = path.split(separator: "/")
  }

  /// Whether a request's path is of this form.
  func matches(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    for (index, component) in components.enumerated() {
      if component == "**" { return parts.count > index }
      guard index < parts.count else { return false }
      if component.hasPrefix("{") { continue }
      guard component == parts[index] else { return false }
    }
    return parts.count == components.count
  }
}
