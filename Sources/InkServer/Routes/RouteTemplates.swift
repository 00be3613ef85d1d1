import HTTPTypes
import Synchronization

/// All paths and methods that there are; known once every route is registered.
final class RouteTemplates: Sendable {
  private let list = Mutex<[RouteTemplate]>([])

  func add(_ template: RouteTemplate) {
    list.withLock { $0.append(template) }
  }

  /// All of them but the files of the page, which are no interface.
  var described: [RouteTemplate] { list.withLock { $0 }.filter { !$0.about.summary.isEmpty } }

  /// How errors of a path are told.
  func errorShape(of path: String) -> ErrorShape {
    list.withLock { $0 }.first { $0.matches(path) }?.errors ?? .openAI
  }

  /// The methods that a path knows.
  func methods(of path: String) -> Set<HTTPRequest.Method> {
    var methods = Set(list.withLock { $0 }.filter { $0.matches(path) }.map(\.method))
    if methods.contains(.get) { methods.insert(.head) }
    return methods
  }
}
