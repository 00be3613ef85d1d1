/// A model repository on a hub, at a revision.
public struct HubRepository: Sendable, Hashable, CustomStringConvertible {
  /// The hubs we can talk to.
  public enum Hub: String, Sendable, Hashable, CaseIterable {
    /// huggingface.co or a mirror of it.
    case huggingFace = "hf"
    /// modelscope.cn.
    case modelScope = "ms"

    /// The branch that is meant when none is named.
    public var defaultRevision: String {
      switch self {
      case .huggingFace: "main"
      case .modelScope: "master"
      }
    }
  }

  /// Which hub.
  public let hub: Hub
  /// The organisation or user.
  public let organization: String
  /// The repository's name within it.
  public let name: String
  /// Branch, tag or commit.
  public let revision: String

  /// A repository; `revision` nil means the hub's default branch.
  ///
  /// - Throws: `HubError` with code `invalidReference` when a part has characters that the hubs do not allow.
  public init(hub: Hub, organization: String, name: String, revision: String? = nil) throws(HubError) {
    for part in [organization, name] {
      guard HubRepository.isName(part) else {
        throw HubError(
          .invalidReference, context: "model \(HubPath.quoted(organization + "/" + name))",
          expected: "org/name of letters, digits and . _ -", hint: "Write it as on the hub's page")
      }
    }
    let revision = revision ?? hub.defaultRevision
    try HubPath.requireSafe(revision: revision)
    self.hub = hub
    self.organization = organization
    self.name = name
    self.revision = revision
  }

  /// `org/name`.
  public var identifier: String { organization + "/" + name }

  /// `hf:org/name@revision`.
  public var description: String { "\(hub.rawValue):\(identifier)@\(revision)" }

  /// Whether `text` can be an organisation or a repository name.
  static func isName(_ text: String) -> Bool {
    guard (1...96).contains(text.utf8.count), text != ".", text != "..", !text.contains("--"), !text.contains("..")
    else {
      return false
    }
    return text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}
