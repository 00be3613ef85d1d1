import Crypto
import Foundation
import InkFormats
import Synchronization

/// A temporary folder with a hub configuration that points to a test server.
struct HubWorld: ~Copyable {
  let folder: String
  var configuration: HubConfiguration
  let clock = InstantClock()
  let events = EventLog()

  init(server: TestHTTPServer? = nil, token: HubToken = .none) throws {
    folder = FileManager.default.temporaryDirectory.path + "/inkstone-hub-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let address = server?.address ?? "http://127.0.0.1:9"
    configuration = HubConfiguration(
      huggingFace: .init(address: address, cache: folder + "/hf", token: token),
      modelScope: .init(address: address, cache: folder + "/ms", token: token), inkstoneCache: folder + "/ink")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var client: HubClient { HubClient(configuration: configuration, clock: clock, disk: .system) }

  /// All regular files and links in the world, as relative paths.
  var allPaths: [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter { path in
      var isFolder: ObjCBool = false
      return
        !(FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder) && isFolder.boolValue)
    }.sorted()
  }

  /// The files a user of the caches would see: no locks, no partial ones.
  var visiblePaths: [String] {
    allPaths.filter { !$0.contains(".lock") && !$0.hasSuffix(".incomplete") }
  }
}

/// Collects events from several tasks.
final class EventLog: Sendable {
  private let list: Mutex<[HubEvent]> = Mutex([])
  var all: [HubEvent] { list.withLock { $0 } }
  var handler: HubEventHandler { { event in self.list.withLock { $0.append(event) } } }
}

/// A repository with one commit that a test server serves as Hugging Face does.
struct ServedModel: Sendable {
  static let commit = "0123456789abcdef0123456789abcdef01234567"
  let files: [(path: String, bytes: [UInt8], large: Bool)]

  var repository: HubRepository {
    get throws { try HubRepository(hub: .huggingFace, organization: "org", name: "name") }
  }

  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  static func gitBlob(_ bytes: [UInt8]) -> String {
    Insecure.SHA1.hash(data: Array("blob \(bytes.count)\0".utf8) + bytes).map { String(format: "%02x", $0) }.joined()
  }

  /// Bytes that look random and are the same each time.
  static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
  }

  /// One large file of noise.
  static func single(_ count: Int) -> ServedModel {
    ServedModel(files: [("model.gguf", noise(count), true)])
  }

  var listing: String {
    let siblings = files.map { file in
      let hash = ServedModel.gitBlob(file.bytes)
      let large =
        file.large ? #", "lfs": {"sha256": "\#(ServedModel.sha256(file.bytes))", "size": \#(file.bytes.count)}"# : ""
      return #"{"rfilename": "\#(file.path)", "size": \#(file.bytes.count), "blobId": "\#(hash)"\#(large)}"#
    }
    return #"{"id": "org/name", "sha": "\#(ServedModel.commit)", "siblings": [\#(siblings.joined(separator: ", "))]}"#
  }

  /// The listing for the API, and for files what `answer` says or, when that is nil, the file.
  func answer(
    files answer: @escaping @Sendable (SeenRequest, Int, [UInt8]) -> Reply? = { _, _, _ in nil }
  ) -> TestHTTPServer.Answer {
    { request, count in
      if request.path.hasPrefix("/api/models/org/name/revision/") { return .json(listing) }
      for file in files where request.path == "/org/name/resolve/\(ServedModel.commit)/\(file.path)" {
        return answer(request, count, file.bytes) ?? .ranged(file.bytes, request)
      }
      return .status(404)
    }
  }
}
