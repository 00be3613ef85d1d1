/// One file of a repository as the hub lists it.
public struct HubFile: Sendable, Hashable {
  /// The path inside the repository; checked to stay inside it.
  public let path: String
  /// The length in bytes.
  public let size: UInt64
  /// The hash the content must have; nil when the hub does not tell.
  public let hash: ContentHash?

  /// A file with its length and hash.
  public init(path: String, size: UInt64, hash: ContentHash?) {
    self.path = path
    self.size = size
    self.hash = hash
  }
}

/// The files of a repository at one commit.
public struct HubListing: Sendable, Hashable {
  /// The repository and the revision that was asked for.
  public let repository: HubRepository
  /// The commit the revision stands for; ModelScope does not tell, there it is the revision itself.
  public let commit: String
  /// The files in the hub's order.
  public let files: [HubFile]

  /// A listing.
  public init(repository: HubRepository, commit: String, files: [HubFile]) {
    self.repository = repository
    self.commit = commit
    self.files = files
  }
}
