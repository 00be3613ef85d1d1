/// Where pieces of bytes are kept under names. Calls may block: they are made on threads that may wait.
protocol BlobStorage: Sendable {
  /// All names of that kind.
  func names(of kind: StoredIdentifier.Kind) throws(ServerError) -> [BlobName]

  /// The length; nil when there is nothing of that name.
  func size(of name: BlobName) throws(ServerError) -> Int?

  /// Bytes from an offset; fewer than asked for at the end, none when there is nothing of that name.
  func read(_ name: BlobName, at offset: Int, count: Int) throws(ServerError) -> [UInt8]

  /// A piece to be written in parts and then named. One that is dropped before leaves nothing behind.
  func draft() throws(ServerError) -> any BlobDraft

  /// Puts bytes at the end of a piece that exists. They are kept when this returns.
  func append(_ bytes: [UInt8], to name: BlobName) throws(ServerError)

  /// Drops what lies behind the first bytes.
  func truncate(_ name: BlobName, to length: Int) throws(ServerError)

  /// Removes a piece; nothing happens when there is none.
  func remove(_ name: BlobName) throws(ServerError)

  /// Lets others have the place. What would change something afterwards throws.
  func close()
}

/// A piece of bytes that nobody sees yet.
protocol BlobDraft: AnyObject, Sendable {
  /// Bytes written so far.
  var size: Int { get }

  /// Puts bytes at the end.
  func write(_ bytes: [UInt8]) throws(ServerError)

  /// Names it, in place of what had the name before. When this returns it is kept, whatever happens.
  func commit(as name: BlobName) throws(ServerError)
}

extension BlobStorage {
  /// Writes a whole piece: it is there entirely or not at all.
  func write(_ bytes: [UInt8], as name: BlobName) throws(ServerError) {
    let draft = try draft()
    try draft.write(bytes)
    try draft.commit(as: name)
  }
}
