import HTTPTypes

/// A path of a route with its method and what is said of it.
struct RouteTemplate: Sendable {
  let method: HTTPRequest.Method
  let access: RouteAccess
  let about: RouteDescription
  /// How its errors are told.
  let errors: ErrorShape
  private let components: [Substring]

  init(
    method: HTTPRequest.Method, path: String, access: RouteAccess, about: RouteDescription, errors: ErrorShape = .openAI
  ) {
    self.method = method
    self.access = access
    self.about = about
    self.errors = errors
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

  /// The path as OpenAPI writes it, which has no word for a part of several components.
  var openAPIPath: String {
    "/" + components.map { $0 == "**" ? "{id}" : String($0) }.joined(separator: "/")
  }

  /// The names of the path's parameters.
  var pathParameters: [String] {
    components.compactMap { component in
      if component == "**" { return "id" }
      return component.hasPrefix("{") ? String(component.dropFirst().dropLast()) : nil
    }
  }
}
