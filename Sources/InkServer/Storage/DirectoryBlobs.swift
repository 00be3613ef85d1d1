import Foundation
import Synchronization

/// Pieces of bytes in the files of a directory, one folder a kind.
///
/// A piece is written under another name, flushed to the disk, then renamed, and the folder is flushed: whoever looks, at
/// any moment and after any end of the process, sees the old piece or the new one. Drafts that a killed process left are
/// removed when the directory is opened.
final class DirectoryBlobs: BlobStorage {
  private let root: String
  private let lock: StorageFile
  private let drafts = Atomic<UInt64>(0)
  private let isClosed = Atomic<Bool>(false)

  /// Opens the directory and makes it if need be.
  ///
  /// - Throws: `conflict` while another process has it open.
  init(_ root: String) throws(ServerError) {
    self.root = root
    do {
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    } catch {
      throw ServerError(
        .server, "The data directory \(root) cannot be made: \(error.localizedDescription)", code: "storage_failure")
    }
    guard let lock = try StorageFile(root + "/lock", .locking), lock.lock() else {
      throw ServerError(
        .conflict, "The data directory \(root) is in use by another server. Give each server a directory of its own.",
        code: "storage_in_use")
    }
    self.lock = lock
    for folder in ["drafts"] + StoredIdentifier.Kind.allCases.map(\.folder) {
      try StorageFile.makeFolder("\(root)/\(folder)")
    }
    for name in try contents(of: "drafts") { try StorageFile.remove("\(root)/drafts/\(name)") }
    try StorageFile(root, .reading)?.synchronize()
  }

  deinit { close() }

  func close() {
    // Once: the lock may be another's by the time of the second call.
    guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
    lock.unlock()
  }

  func names(of kind: StoredIdentifier.Kind) throws(ServerError) -> [BlobName] {
    try contents(of: kind.folder).compactMap { BlobName(fileName: $0, kind: kind) }
  }

  func size(of name: BlobName) throws(ServerError) -> Int? {
    try StorageFile(path(name), .reading)?.size
  }

  func read(_ name: BlobName, at offset: Int, count: Int) throws(ServerError) -> [UInt8] {
    try StorageFile(path(name), .reading)?.read(at: offset, count: count) ?? []
  }

  func draft() throws(ServerError) -> any BlobDraft {
    try requireOpen()
    // Only this process has the directory open, and it counts its drafts.
    let number = drafts.wrappingAdd(1, ordering: .relaxed).newValue
    return try DirectoryDraft("\(root)/drafts/\(number)", self)
  }

  func append(_ bytes: [UInt8], to name: BlobName) throws(ServerError) {
    try requireOpen()
    guard let file = try StorageFile(path(name), .appending) else {
      throw ServerError(.server, "The server misses a file in its data directory.", code: "storage_failure")
    }
    try file.write(bytes)
    try file.synchronize()
  }

  func truncate(_ name: BlobName, to length: Int) throws(ServerError) {
    try requireOpen()
    try StorageFile.truncate(path(name), to: length)
    try StorageFile(path(name), .appending)?.synchronize()
  }

  func remove(_ name: BlobName) throws(ServerError) {
    try requireOpen()
    if try StorageFile.remove(path(name)) { try flush(name.identifier.kind) }
  }

  fileprivate var isOpen: Bool { !isClosed.load(ordering: .sequentiallyConsistent) }

  /// What is closed may be another server's.
  fileprivate func requireOpen() throws(ServerError) {
    guard !isOpen else { return }
    throw ServerError(.server, "The server's data directory is closed.", code: "storage_closed")
  }

  fileprivate func path(_ name: BlobName) -> String {
    "\(root)/\(name.identifier.kind.folder)/\(name.fileName)"
  }

  /// Makes the names of a folder lasting.
  fileprivate func flush(_ kind: StoredIdentifier.Kind) throws(ServerError) {
    try StorageFile("\(root)/\(kind.folder)", .reading)?.synchronize()
  }

  private func contents(of folder: String) throws(ServerError) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") } catch {
      throw ServerError(
        .server, "The data directory \(root) cannot be read: \(error.localizedDescription)", code: "storage_failure")
    }
  }
}

private final class DirectoryDraft: BlobDraft {
  private let owner: DirectoryBlobs
  private let path: String
  private let file: StorageFile
  private let state = Mutex<(size: Int, isNamed: Bool)>((0, false))

  init(_ path: String, _ owner: DirectoryBlobs) throws(ServerError) {
    guard let file = try StorageFile(path, .creating) else {
      throw ServerError(.server, "The server misses its data directory.", code: "storage_failure")
    }
    self.file = file
    self.path = path
    self.owner = owner
  }

  var size: Int { state.withLock { $0.size } }

  func write(_ bytes: [UInt8]) throws(ServerError) {
    try file.write(bytes)
    state.withLock { $0.size += bytes.count }
  }

  func commit(as name: BlobName) throws(ServerError) {
    try owner.requireOpen()
    try file.synchronize()
    try StorageFile.move(path, to: owner.path(name))
    state.withLock { $0.isNamed = true }
    try owner.flush(name.identifier.kind)
  }

  deinit {
    let isNamed = state.withLock { $0.isNamed }
    // A draft that cannot be removed now is removed when the directory is opened the next time. Once the directory is
    // closed the name may be that of another's draft.
    if !isNamed, owner.isOpen { _ = try? StorageFile.remove(path) }
  }
}
