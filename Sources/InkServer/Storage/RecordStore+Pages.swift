import Synchronization

/// In which order a list is told.
package enum ListOrder: String, Sendable, Hashable, CaseIterable {
  case ascending = "asc"
  case descending = "desc"
}

/// A part of a list.
package struct RecordPage: Sendable {
  package var records: [StoredRecord]
  /// Whether more follow.
  package var hasMore: Bool
}

extension RecordStore {
  /// A part of the list of what somebody has.
  ///
  /// - Parameters:
  ///   - after: begins behind this one.
  ///   - wanted: which records count.
  /// - Throws: `invalidRequest` for an `after` that is not there.
  package func page(
    owner: String, after: StoredIdentifier?, limit: Int, order: ListOrder,
    where wanted: @escaping @Sendable (StoredRecord) -> Bool = { _ in true }
  ) async throws(ServerError) -> RecordPage {
    let now = clock.secondsSince1970()
    var list = index.withLock { index in
      index.entries.filter { $0.value.owner == owner && ($0.value.expires.map { $0 > now } ?? true) }
        .map { (identifier: $0.key, number: $0.value.number) }
    }
    switch order {
    case .ascending: list.sort { $0.number < $1.number }
    case .descending: list.sort { $0.number > $1.number }
    }
    if let after {
      guard let place = list.firstIndex(where: { $0.identifier == after }) else {
        throw ServerError(
          .invalidRequest, "There is no \(kind.noun) \"\(after)\" behind which the list could begin.", param: "after",
          code: "invalid_value")
      }
      list.removeFirst(place + 1)
    }
    let identifiers = list.map(\.identifier)
    return try await BlockingWork.run { [self] () throws(ServerError) in
      var records: [StoredRecord] = []
      for identifier in identifiers {
        guard let record = try load(identifier), wanted(record) else { continue }
        if records.count == limit { return RecordPage(records: records, hasMore: true) }
        records.append(record)
      }
      return RecordPage(records: records, hasMore: false)
    }
  }

  /// Everything that is there, whoever's it is, oldest first.
  func all() async throws(ServerError) -> [StoredRecord] {
    let identifiers = index.withLock { index in
      index.entries.sorted { $0.value.number < $1.value.number }.map(\.key)
    }
    return try await BlockingWork.run { [self] () throws(ServerError) in
      var records: [StoredRecord] = []
      for identifier in identifiers {
        if let record = try load(identifier) { records.append(record) }
      }
      return records
    }
  }
}
