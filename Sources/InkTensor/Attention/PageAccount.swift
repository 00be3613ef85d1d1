import Synchronization

/// Counts the pages of a cache that exist, whoever holds them.
package final class PageAccount: Sendable {
  private let pages = Atomic<Int>(0)

  package init() {}

  /// Pages that exist now.
  package var count: Int { pages.load(ordering: .relaxed) }

  func open() { pages.add(1, ordering: .relaxed) }

  func close() { pages.subtract(1, ordering: .relaxed) }
}
