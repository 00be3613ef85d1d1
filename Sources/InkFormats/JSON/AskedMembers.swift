import Synchronization

/// The members of an object that someone asked for, so that those that nobody reads can be named.
package final class AskedMembers: Sendable {
  private let paths = Mutex<Set<String>>([])

  package init() {}

  /// Takes note of a member, by the path from the root.
  func note(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  /// The members of the outermost object that were asked for, in alphabetical order.
  package var names: [String] {
    paths.withLock { paths in paths.filter { !$0.contains(".") && !$0.contains("[") }.sorted() }
  }
}
