import Synchronization

/// What one call to a tokenizer needs beside the tokenizer itself.
struct EncodingWorkspace: Sendable {
  var cache = PieceCache()
  var categories = CategoryTable()
  var merge = MergeWorkspace()
}

/// Workspaces that wait for the next call, so that what one call has met is still known to the next.
final class WorkspacePool: Sendable {
  private let free = Mutex<[EncodingWorkspace]>([])

  /// A workspace that no other call uses.
  func take() -> EncodingWorkspace {
    free.withLock { $0.popLast() } ?? EncodingWorkspace()
  }

  /// Gives it back. What a piece of megabytes needed, which is thirty times the piece, is not kept.
  func put(_ workspace: consuming EncodingWorkspace) {
    var returned = workspace
    if returned.merge.symbolCapacity > Self.keptSymbols { returned.merge = MergeWorkspace() }
    free.withLock { $0.append(returned) }
  }

  /// The bytes in which pieces are merged that wait for the next call.
  var keptByteCount: Int { free.withLock { $0.reduce(0) { $0 + $1.merge.byteCount } } }

  /// The symbols of the longest piece whose arrays are kept.
  private static let keptSymbols = 1 << 16
}
