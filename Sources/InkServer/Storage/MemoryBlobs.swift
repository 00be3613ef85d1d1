import Synchronization

/// Pieces of bytes that are gone when the process ends.
final class MemoryBlobs: BlobStorage {
  private let blobs = Mutex<[BlobName: [UInt8]]>([:])

  func names(of kind: StoredIdentifier.Kind) -> [BlobName] {
    blobs.withLock { $0.keys.filter { $0.identifier.kind == kind } }
  }

  func size(of name: BlobName) -> Int? {
    blobs.withLock { $0[name]?.count }
  }

  func read(_ name: BlobName, at offset: Int, count: Int) -> [UInt8] {
    blobs.withLock { blobs in
      guard let bytes = blobs[name], offset >= 0, offset < bytes.count, count > 0 else { return [] }
      return Array(bytes[offset...].prefix(count))
    }
  }

  func draft() -> any BlobDraft { MemoryDraft(self) }

  func append(_ bytes: [UInt8], to name: BlobName) {
    blobs.withLock { $0[name, default: []] += bytes }
  }

  func truncate(_ name: BlobName, to length: Int) {
    blobs.withLock { blobs in
      guard let bytes = blobs[name], length >= 0, length < bytes.count else { return }
      blobs[name] = Array(bytes[..<length])
    }
  }

  func remove(_ name: BlobName) {
    blobs.withLock { $0[name] = nil }
  }

  /// Nobody else can have what is in this memory.
  func close() {}

  fileprivate func put(_ bytes: [UInt8], _ name: BlobName) {
    blobs.withLock { $0[name] = bytes }
  }
}

private final class MemoryDraft: BlobDraft {
  private let owner: MemoryBlobs
  private let bytes = Mutex<[UInt8]>([])

  init(_ owner: MemoryBlobs) {
    self.owner = owner
  }

  var size: Int { bytes.withLock { $0.count } }

  func write(_ more: [UInt8]) {
    bytes.withLock { $0 += more }
  }

  func commit(as name: BlobName) {
    owner.put(bytes.withLock { $0 }, name)
  }
}
