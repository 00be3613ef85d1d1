package import InkChat
import Synchronization

/// Everything of one kind that the server keeps.
///
/// What a call has answered is kept, whenever the process ends afterwards. Changes are made one after the other; reading
/// waits for nobody.
package final class RecordStore: Sendable {
  struct Entry: Sendable {
    var created: Int
    var expires: Int?
    var owner: String
    var number: Int
    var bytes: Int
  }

  struct Index: Sendable {
    var entries: [StoredIdentifier: Entry] = [:]
    var bytes = 0
    var nextNumber = 0

    mutating func put(_ entry: Entry, _ identifier: StoredIdentifier) {
      bytes += entry.bytes - (entries.updateValue(entry, forKey: identifier)?.bytes ?? 0)
      nextNumber = max(nextNumber, entry.number + 1)
    }

    mutating func take(_ identifier: StoredIdentifier) {
      bytes -= entries.removeValue(forKey: identifier)?.bytes ?? 0
    }
  }

  package let kind: StoredIdentifier.Kind
  package let limits: StoreLimits
  let blobs: any BlobStorage
  let clock: ServerClock
  let index = Mutex(Index())
  /// Held while something is changed, disk and all; the index alone is never held that long.
  let changes = Mutex<Void>(())

  /// A store of what is in the index.
  init(
    _ kind: StoredIdentifier.Kind, _ blobs: any BlobStorage, _ limits: StoreLimits, _ clock: ServerClock,
    index: Index = Index()
  ) {
    self.kind = kind
    self.blobs = blobs
    self.limits = limits
    self.clock = clock
    self.index.withLock { $0 = index }
  }

  /// Opens what is there. Pieces without a record are what a killed process did not finish; they are removed.
  static func open(
    _ kind: StoredIdentifier.Kind, _ blobs: any BlobStorage, _ limits: StoreLimits, _ clock: ServerClock
  ) throws(ServerError) -> RecordStore {
    var index = Index()
    let names = try blobs.names(of: kind)
    for name in names where name.part == .record {
      let head = try blobs.read(name, at: 0, count: StoredRecord.headBytes)
      guard let record = StoredRecord(name.identifier, parsing: head) else {
        throw ServerError(
          .server, "\(kind.folder)/\(name.fileName) in the data directory is damaged. Restore it, or remove it.",
          code: "storage_failure")
      }
      var bytes = 0
      for part in BlobName.Part.allCases { bytes += try blobs.size(of: BlobName(name.identifier, part)) ?? 0 }
      let entry = Entry(
        created: record.created, expires: record.expires, owner: record.owner, number: record.number, bytes: bytes)
      index.put(entry, name.identifier)
    }
    for name in names where index.entries[name.identifier] == nil { try blobs.remove(name) }
    return RecordStore(kind, blobs, limits, clock, index: index)
  }

  /// Keeps something new.
  ///
  /// - Parameters:
  ///   - expires: when it is dropped; nil leaves that to the limits.
  ///   - content: its bytes, if it has any.
  /// - Throws: `tooLarge` for one larger than the limit, `conflict` (`storage_limit_reached`) when nothing more fits.
  @discardableResult
  package func insert(
    _ identifier: StoredIdentifier, owner: String, expires: Int? = nil, body: JSONValue
  ) async throws(ServerError) -> StoredRecord {
    try await insert(identifier, owner: owner, expires: expires, body: body, content: nil)
  }

  @discardableResult
  func insert(
    _ identifier: StoredIdentifier, owner: String, expires: Int? = nil, body: JSONValue, content: (any BlobDraft)?
  ) async throws(ServerError) -> StoredRecord {
    let now = clock.secondsSince1970()
    let end = expires ?? limits.lifetime.map { now + $0 }
    return try await BlockingWork.run { [self] () throws(ServerError) in
      try change { () throws(ServerError) in
        let record = StoredRecord(
          identifier: identifier, created: now, expires: end, owner: owner, number: index.withLock { $0.nextNumber },
          body: body)
        let bytes = record.bytes
        try makeRoom(for: bytes.count + (content?.size ?? 0), now: now)
        // The record goes last: without it, nobody sees the content.
        if let content { try content.commit(as: BlobName(identifier, .content)) }
        try blobs.write(bytes, as: BlobName(identifier, .record))
        let entry = Entry(
          created: now, expires: end, owner: owner, number: record.number, bytes: bytes.count + (content?.size ?? 0))
        index.withLock { $0.put(entry, identifier) }
        return record
      }
    }
  }

  /// Changes the body of a record.
  ///
  /// - Parameter change: the new body; nil leaves it.
  /// - Returns: the record as it is now; nil when there is none.
  @discardableResult
  package func update(
    _ identifier: StoredIdentifier, _ change: @escaping @Sendable (JSONValue) throws(ServerError) -> JSONValue?
  ) async throws(ServerError) -> StoredRecord? {
    try await BlockingWork.run { [self] () throws(ServerError) in
      try self.change { () throws(ServerError) in
        guard entry(identifier) != nil, var record = try load(identifier) else { return nil }
        guard let body = try change(record.body) else { return record }
        let name = BlobName(identifier, .record)
        let before = try blobs.size(of: name) ?? 0
        record.body = body
        let bytes = record.bytes
        try blobs.write(bytes, as: name)
        index.withLock { index in
          guard var entry = index.entries[identifier] else { return }
          entry.bytes += bytes.count - before
          index.put(entry, identifier)
        }
        return record
      }
    }
  }

  /// A record; nil when there is none, when it is over, or when it is somebody else's.
  package func record(_ identifier: StoredIdentifier, owner: String) async throws(ServerError) -> StoredRecord? {
    guard entry(identifier)?.owner == owner else { return nil }
    return try await BlockingWork.run { [self] () throws(ServerError) in try load(identifier) }
  }

  /// Drops a record and all that belongs to it.
  ///
  /// - Returns: whether there was one.
  package func remove(_ identifier: StoredIdentifier, owner: String) async throws(ServerError) -> Bool {
    guard entry(identifier)?.owner == owner else { return false }
    return try await BlockingWork.run { [self] () throws(ServerError) in
      try change { () throws(ServerError) in
        guard entry(identifier) != nil else { return false }
        try drop(identifier)
        return true
      }
    }
  }

  /// The entry of something that is there and not over.
  func entry(_ identifier: StoredIdentifier) -> Entry? {
    let now = clock.secondsSince1970()
    return index.withLock { index in
      guard let entry = index.entries[identifier], entry.expires.map({ $0 > now }) ?? true else { return nil }
      return entry
    }
  }

  func load(_ identifier: StoredIdentifier) throws(ServerError) -> StoredRecord? {
    let name = BlobName(identifier, .record)
    guard let size = try blobs.size(of: name) else { return nil }
    return StoredRecord(identifier, parsing: try blobs.read(name, at: 0, count: size))
  }

  private func change<Value>(_ work: () throws(ServerError) -> Value) throws(ServerError) -> Value {
    try changes.withLock { _ throws(ServerError) in try work() }
  }

  private func drop(_ identifier: StoredIdentifier) throws(ServerError) {
    for part in BlobName.Part.allCases { try blobs.remove(BlobName(identifier, part)) }
    index.withLock { $0.take(identifier) }
  }

  /// Drops what is over, and the oldest if that is the rule; refuses what does not fit even so.
  private func makeRoom(for bytes: Int, now: Int) throws(ServerError) {
    guard bytes <= limits.itemBytes else {
      throw ServerError(
        .tooLarge, "This \(kind.noun) has \(bytes) bytes; the server keeps \(limits.itemBytes) at most.",
        code: "\(kind.noun)_too_large")
    }
    let over = index.withLock { $0.entries.filter { $0.value.expires.map { $0 <= now } ?? false }.map(\.key) }
    for identifier in over { try drop(identifier) }
    while true {
      let (count, held, oldest) = index.withLock { index -> (Int, Int, StoredIdentifier?) in
        let isFull = index.entries.count >= limits.count || index.bytes + bytes > limits.totalBytes
        let oldest = isFull ? index.entries.min { $0.value.number < $1.value.number }?.key : nil
        return (index.entries.count, index.bytes, oldest)
      }
      guard count >= limits.count || held + bytes > limits.totalBytes else { return }
      if limits.overflow == .dropOldest, let oldest {
        try drop(oldest)
        continue
      }
      let reason =
        count >= limits.count
        ? "It keeps \(limits.count) of them at most" : "All of them together may have \(limits.totalBytes) bytes"
      throw ServerError(
        .conflict,
        "The server has no room for another \(kind.noun). \(reason). Delete some that are not needed any more.",
        code: "storage_limit_reached")
    }
  }
}
