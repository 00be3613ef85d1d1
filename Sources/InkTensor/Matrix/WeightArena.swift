import Synchronization

/// Memory for many packed matrices, taken from the system in large pieces.
///
/// The matrices of a small model are smaller than a huge page. Side by side they lie in huge pages all the same, which
/// saves decoding address translations. Memory that no matrix was put into is never touched and is not resident.
package final class WeightArena: Sendable {
  private struct Piece {
    var storage: Storage?
    var used = 0
  }

  private static let pieceBytes = 64 << 20
  /// Matrices from this size on get memory of their own.
  private static let largeBytes = 16 << 20
  private let piece = Mutex(Piece())

  package init() {}

  /// Room for a matrix: a storage and where in it, at a cache line.
  func allocate(byteCount: Int) -> (storage: Storage, byteOffset: Int) {
    guard byteCount < WeightArena.largeBytes else { return (Storage.allocate(byteCount: byteCount), 0) }
    return piece.withLock { piece in
      if let storage = piece.storage, storage.byteCount - piece.used >= byteCount {
        let offset = piece.used
        piece.used += (byteCount + Storage.alignment - 1) / Storage.alignment * Storage.alignment
        return (storage, offset)
      }
      let storage = Storage.allocate(byteCount: WeightArena.pieceBytes)
      piece = Piece(storage: storage, used: (byteCount + Storage.alignment - 1) / Storage.alignment * Storage.alignment)
      return (storage, 0)
    }
  }
}
