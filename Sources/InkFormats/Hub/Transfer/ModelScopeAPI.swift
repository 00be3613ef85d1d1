/// The part of the ModelScope API that lists and fetches files.
struct ModelScopeAPI {
  let endpoint: HubConfiguration.Endpoint
  let requests: HubAPIRequest

  /// The files of a revision.
  func list(_ repository: HubRepository) async throws(HubError) -> HubListing {
    let address = try HubAddress(
      "\(endpoint.address)/api/v1/models/\(repository.identifier)/repo/files?Revision="
        + PercentCoding.encoded(repository.revision) + "&Recursive=True")
    let answer = try await requests.get(
      address, token: try endpoint.token.read(), hub: .modelScope, subject: repository.description)
    let envelope = try HubJSON.decode(Envelope.self, answer.body, repository.description)
    guard envelope.code == 200, let entries = envelope.data?.files else {
      throw HubError(
        envelope.code == 404 ? .notFound : .badResponse, context: repository.description, expected: "a file list",
        found: "code \(envelope.code), \(HubPath.quoted(envelope.message ?? "no message"))",
        hint: "Check the spelling on the hub's page")
    }
    var files: [HubFile] = []
    for entry in entries where entry.type != "tree" {
      try HubPath.requireSafe(file: entry.path, in: repository.description)
      let hash = try HubJSON.hash(entry.sha256, of: entry.path, in: repository)
      files.append(HubFile(path: entry.path, size: entry.size, hash: hash))
    }
    return HubListing(repository: repository, commit: repository.revision, files: files)
  }

  /// Where a file of a listing is fetched.
  static func address(endpoint: String, path: String, in listing: HubListing) throws(HubError) -> HubAddress {
    try HubAddress(
      "\(endpoint)/api/v1/models/\(listing.repository.identifier)/repo?Revision="
        + PercentCoding.encoded(listing.repository.revision) + "&FilePath=" + PercentCoding.encoded(path))
  }

  private struct Envelope: Decodable {
    struct Body: Decodable {
      var files: [Entry]
      enum CodingKeys: String, CodingKey { case files = "Files" }
    }
    struct Entry: Decodable {
      var path: String
      var size: UInt64
      var sha256: String?
      var type: String?
      enum CodingKeys: String, CodingKey {
        case path = "Path"
        case size = "Size"
        case sha256 = "Sha256"
        case type = "Type"
      }
    }
    var code: Int
    var message: String?
    var data: Body?
    enum CodingKeys: String, CodingKey {
      case code = "Code"
      case message = "Message"
      case data = "Data"
    }
  }
}
