#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The part of the Hugging Face API that lists and fetches files (https://huggingface.co/docs/hub/api).
struct HuggingFaceAPI {
  let endpoint: HubConfiguration.Endpoint
  let requests: HubAPIRequest

  /// The files of a revision. One request usually tells all; mirrors that leave out sizes are asked for the tree too.
  func list(_ repository: HubRepository) async throws(HubError) -> HubListing {
    let token = try endpoint.token.read()
    let base = "\(endpoint.address)/api/models/\(repository.identifier)"
    let revision = PercentCoding.encoded(repository.revision)
    let answer = try await requests.get(
      try HubAddress("\(base)/revision/\(revision)?blobs=true"), token: token, hub: .huggingFace,
      subject: repository.description)
    let info = try HubJSON.decode(RepositoryInfo.self, answer.body, repository.description)
    try HubPath.requireCommit(info.sha, in: repository.description)
    var files: [HubFile] = []
    var complete = true
    for sibling in info.siblings ?? [] {
      try HubPath.requireSafe(file: sibling.rfilename, in: repository.description)
      let hash = try HubJSON.hash(sibling.lfs?.sha256 ?? sibling.blobId, of: sibling.rfilename, in: repository)
      guard let size = sibling.lfs?.size ?? sibling.size, hash != nil else {
        complete = false
        break
      }
      files.append(HubFile(path: sibling.rfilename, size: size, hash: hash))
    }
    if !complete { files = try await tree(repository, commit: info.sha, token: token) }
    return HubListing(repository: repository, commit: info.sha.lowercased(), files: files)
  }

  /// Where a file of a listing is fetched.
  static func address(endpoint: String, path: String, in listing: HubListing) throws(HubError) -> HubAddress {
    try HubAddress(
      "\(endpoint)/\(listing.repository.identifier)/resolve/\(PercentCoding.encoded(listing.commit))/"
        + PercentCoding.encoded(path, keeping: "/"))
  }

  private func tree(_ repository: HubRepository, commit: String, token: String?) async throws(HubError) -> [HubFile] {
    var files: [HubFile] = []
    var page: HubAddress? = try HubAddress(
      "\(endpoint.address)/api/models/\(repository.identifier)/tree/\(commit)?recursive=true")
    var pages = 0
    while let address = page {
      pages += 1
      guard pages <= 1000 else {
        throw HubError(.badResponse, context: repository.description, expected: "at most 1000 pages", found: "more")
      }
      let answer = try await requests.get(
        address, token: token, hub: .huggingFace, subject: repository.description)
      for entry in try HubJSON.decode([TreeEntry].self, answer.body, repository.description) where entry.type == "file"
      {
        try HubPath.requireSafe(file: entry.path, in: repository.description)
        let hash = try HubJSON.hash(entry.lfs?.oid ?? entry.oid, of: entry.path, in: repository)
        files.append(HubFile(path: entry.path, size: entry.lfs?.size ?? entry.size, hash: hash))
      }
      page = answer.next
    }
    return files
  }

  private struct RepositoryInfo: Decodable {
    struct Sibling: Decodable {
      struct LargeFile: Decodable {
        var sha256: String
        var size: UInt64?
      }
      var rfilename: String
      var size: UInt64?
      var blobId: String?
      var lfs: LargeFile?
    }
    var sha: String
    var siblings: [Sibling]?
  }

  private struct TreeEntry: Decodable {
    struct LargeFile: Decodable {
      var oid: String
      var size: UInt64
    }
    var type: String
    var path: String
    var size: UInt64
    var oid: String?
    var lfs: LargeFile?
  }
}
