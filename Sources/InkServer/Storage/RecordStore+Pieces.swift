/// The bytes of a file, and logs.
extension RecordStore {
  /// Bytes that are to become the content of something new.
  func draft() async throws(ServerError) -> any BlobDraft {
    try await BlockingWork.run { [blobs] () throws(ServerError) in try blobs.draft() }
  }

  /// The length of a piece; 0 when there is none.
  func size(_ identifier: StoredIdentifier, _ part: BlobName.Part) async throws(ServerError) -> Int {
    try await BlockingWork.run { [blobs] () throws(ServerError) in
      try blobs.size(of: BlobName(identifier, part)) ?? 0
    }
  }

  /// Bytes of a piece; fewer than asked for at its end.
  func read(
    _ identifier: StoredIdentifier, _ part: BlobName.Part, at offset: Int, count: Int
  ) async throws(ServerError) -> [UInt8] {
    try await BlockingWork.run { [blobs] () throws(ServerError) in
      try blobs.read(BlobName(identifier, part), at: offset, count: count)
    }
  }

  /// Begins an empty log, unless there is one.
  func beginLog(_ identifier: StoredIdentifier) async throws(ServerError) {
    try await BlockingWork.run { [blobs] () throws(ServerError) in
      let name = BlobName(identifier, .log)
      if try blobs.size(of: name) == nil { try blobs.write([], as: name) }
    }
  }

  /// Puts a line at the end of a log. It is kept when this returns.
  func append(_ line: [UInt8], to identifier: StoredIdentifier) async throws(ServerError) {
    try await BlockingWork.run { [blobs] () throws(ServerError) in
      try blobs.append(line + [UInt8(ascii: "\n")], to: BlobName(identifier, .log))
    }
  }

  /// Drops what lies behind the first bytes of a log: a line that a killed process did not finish.
  func truncateLog(_ identifier: StoredIdentifier, to length: Int) async throws(ServerError) {
    try await BlockingWork.run { [blobs] () throws(ServerError) in
      try blobs.truncate(BlobName(identifier, .log), to: length)
    }
  }

  func removeLog(_ identifier: StoredIdentifier) async throws(ServerError) {
    try await BlockingWork.run { [blobs] () throws(ServerError) in try blobs.remove(BlobName(identifier, .log)) }
  }
}
