import GRDB

extension RetrievalError {
  /// What an error of the database means for a base, and what to do about it.
  init(database error: any Error, path: String) {
    if let known = error as? RetrievalError {
      self = known
      return
    }
    if error is CancellationError {
      self.init(.cancelled, context: path)
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.store, context: path, found: "\(error)")
      return
    }
    let found = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .store, context: path, found: "another process that keeps the base locked (\(found))",
        hint: "Try again when it is done; nothing was changed.")
    case .SQLITE_FULL:
      self.init(
        .diskFull, context: path, found: found,
        hint: "Make room and try again; what was reported as done is kept, this change was not made.")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .store, context: path, expected: "a knowledge base", found: "a damaged file (\(found))",
        hint: "Restore it from a copy, or delete the base, make it anew and add its documents again.")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      self.init(
        .file, context: path, found: found, hint: "Check that the file and its folder can be read and written.")
    case .SQLITE_IOERR:
      self.init(
        .file, context: path, found: "\(found) (\(error.extendedResultCode))",
        hint: "Check the disk and its room; nothing was changed.")
    case .SQLITE_INTERRUPT, .SQLITE_ABORT:
      self.init(.cancelled, context: path)
    default:
      self.init(.store, context: path, found: found)
    }
  }
}
