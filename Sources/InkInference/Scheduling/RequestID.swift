/// Names a request of one engine.
package struct RequestID: Hashable, Sendable, Comparable {
  /// Counts up in the order of arrival.
  package let number: Int

  package init(_ number: Int) { self.number = number }

  package static func < (left: RequestID, right: RequestID) -> Bool { left.number < right.number }
}
