#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where each hub's own tools keep files, so that one copy serves all programs.
///
/// Hugging Face: `models--ORG--NAME/{blobs/<hash>, refs/<revision>, snapshots/<commit>/<path> -> ../../blobs/<hash>}`
/// and `.locks/models--ORG--NAME/<hash>.lock`. ModelScope: `models/ORG/NAME/<path>` with dots in NAME written `___`.
package struct HubCache: Sendable {
  /// Where one file goes.
  struct Placement: Sendable {
    /// The finished content.
    let target: String
    /// The content while it arrives.
    let partial: String
    let lock: String
    /// The name the user sees, when that is a link to `target`.
    let link: (path: String, target: String)?
  }

  /// A revision as far as it is on the disk.
  package struct Snapshot: Sendable {
    /// The folder with the files under their own names.
    package let folder: String
    /// Their paths in it, sorted.
    package let files: [String]
  }

  let huggingFace: String
  let modelScope: String

  package init(_ configuration: HubConfiguration) {
    huggingFace = configuration.huggingFace.cache
    modelScope = configuration.modelScope.cache
  }

  /// The folder that belongs to a repository, with all its revisions.
  package func repositoryFolder(_ repository: HubRepository) -> String {
    switch repository.hub {
    case .huggingFace:
      return "\(huggingFace)/models--\(repository.organization)--\(repository.name)"
    case .modelScope:
      let parts = repository.name.split(separator: ".", omittingEmptySubsequences: false)
      return "\(modelScope)/models/\(repository.organization)/\(parts.joined(separator: "___"))"
    }
  }

  /// The folder in which a listing's files appear.
  package func snapshotFolder(_ listing: HubListing) -> String {
    let folder = repositoryFolder(listing.repository)
    return switch listing.repository.hub {
    case .huggingFace: "\(folder)/snapshots/\(listing.commit)"
    case .modelScope: folder
    }
  }

  func placement(of file: HubFile, in listing: HubListing) throws(HubError) -> Placement {
    let repository = listing.repository
    let folder = repositoryFolder(repository)
    let visible = snapshotFolder(listing) + "/" + file.path
    try HubPath.requireSafe(file: file.path, in: repository.description)
    switch repository.hub {
    case .huggingFace:
      try HubPath.requireCommit(listing.commit, in: repository.description)
      guard let hash = file.hash?.hexadecimal else {
        throw HubError(
          .badResponse, context: "\(repository): \(file.path)", expected: "its hash in the hub's listing",
          found: "none",
          hint: "Use the hub itself or another mirror")
      }
      let up = String(repeating: "../", count: 2 + file.path.split(separator: "/").count - 1)
      return Placement(
        target: "\(folder)/blobs/\(hash)", partial: "\(folder)/blobs/\(hash).incomplete",
        lock: "\(huggingFace)/.locks/models--\(repository.organization)--\(repository.name)/\(hash).lock",
        link: (visible, "\(up)blobs/\(hash)"))
    case .modelScope:
      let place = "\(repository.organization)/\(repository.name)"
      let flat = String("\(place)/\(file.path)".map { $0 == "/" ? "_" : $0 }.suffix(200))
      return Placement(
        target: visible, partial: "\(modelScope)/models/._____temp/\(place)/\(file.path).incomplete",
        lock: "\(modelScope)/.lock/\(flat).lock", link: nil)
    }
  }

  /// Makes the finished file visible under its own name.
  func publish(_ placement: Placement, of file: HubFile, in listing: HubListing) throws(HubError) {
    guard let link = placement.link else { return }
    try HubPath.requireNoLinks(under: snapshotFolder(listing), to: file.path)
    try DiskFile.makeFolder(DiskFile.parent(of: link.path))
    try DiskFile.link(link.path, to: link.target)
  }

  /// Notes which commit a branch or tag stands for.
  func note(_ listing: HubListing, through disk: DiskWriter) throws(HubError) {
    guard listing.repository.hub == .huggingFace, listing.repository.revision != listing.commit else { return }
    let root = repositoryFolder(listing.repository) + "/refs"
    try HubPath.requireNoLinks(under: root, to: listing.repository.revision)
    try DiskFile.writeWhole(Array(listing.commit.utf8), to: "\(root)/\(listing.repository.revision)", through: disk)
  }

  /// What is on the disk of a revision; nil when nothing is.
  package func snapshot(of repository: HubRepository) throws(HubError) -> Snapshot? {
    let folder = repositoryFolder(repository)
    let place: String
    switch repository.hub {
    case .modelScope: place = folder
    case .huggingFace:
      let reference = "\(folder)/refs/\(repository.revision)"
      if case .gitBlob = ContentHash(hexadecimal: repository.revision) {
        place = "\(folder)/snapshots/\(repository.revision)"
      } else if DiskFile.size(of: reference) != nil {
        let commit = String(decoding: try DiskFile.readAll(reference, limit: 4096), as: UTF8.self).trimmingBlanks()
        try HubPath.requireCommit(commit, in: reference)
        place = "\(folder)/snapshots/\(commit)"
      } else {
        return nil
      }
    }
    let files = HubCache.files(in: place).filter { DiskFile.size(of: place + "/" + $0) != nil }
    return files.isEmpty ? nil : Snapshot(folder: place, files: files)
  }

  /// The relative paths of all files below a folder, sorted; hidden folders are left out.
  static func files(in folder: String) -> [String] {
    var files: [String] = []
    var waiting = [""]
    while let prefix = waiting.popLast(), files.count < 100_000 {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + prefix)) ?? []
      for name in names where !name.hasPrefix(".") {
        // A linked folder is not entered, so that links cannot form a circle.
        switch DiskFile.kind(of: folder + "/" + prefix + name) {
        case .folder: waiting.append(prefix + name + "/")
        case .regular, .link: files.append(prefix + name)
        case .missing, .other: break
        }
      }
    }
    return files.sorted()
  }
}
