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

  /// Gives it back.
  func put(_ workspace: consuming EncodingWorkspace) {
    let returned = workspace
    free.withLock { $0.append(returned) }
  }
}
