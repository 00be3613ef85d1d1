/// What a user writes to name a model: a built-in name, a `.gguf` file, a model folder, or
/// `[hf:|ms:]org/name[:quant][@revision]`.
public enum ModelReference: Sendable, Hashable, CustomStringConvertible {
  /// A name of the built-in list (or one that looks like it).
  case builtIn(String)
  /// A GGUF file on this machine.
  case file(String)
  /// A folder with configuration and weights on this machine.
  case folder(String)
  /// A repository on a hub; `quantization` picks one of its GGUF files.
  case repository(HubRepository, quantization: String?)

  /// Reads a model argument. A folder that exists wins over a repository of the same spelling; anything that begins
  /// with `/`, `.` or `~`, ends in `/` or `.gguf` or has more than one `/` is a path.
  ///
  /// - Throws: `HubError` with code `invalidReference`.
  public init(_ text: String) throws(HubError) { try self.init(text, isFolder: DiskFile.isFolder) }

  /// The same, with a function that tells whether a path is a folder on this machine.
  package init(_ text: String, isFolder: (String) -> Bool) throws(HubError) {
    func refuse(_ found: String) -> HubError {
      HubError(
        .invalidReference, context: "model \(HubPath.quoted(text))",
        expected: "a built-in name, a .gguf file, a model folder or [hf:|ms:]org/name[:quant][@revision]", found: found,
        hint: "inkstone models lists the built-in names")
    }
    guard !text.isEmpty else { throw refuse("an empty text") }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 }), text.utf8.count <= 4096 else {
      throw refuse("a control character or more than 4096 bytes")
    }
    for hub in HubRepository.Hub.allCases where text.hasPrefix(hub.rawValue + ":") {
      self = try ModelReference.parse(text.dropFirst(hub.rawValue.count + 1), on: hub, refuse)
      return
    }
    if text.lowercased().hasSuffix(".gguf") {
      self = .file(text)
    } else if text.hasPrefix("/") || text.hasPrefix(".") || text.hasPrefix("~") || ModelReference.isPath(text)
      || isFolder(text)
    {
      self = .folder(text)
    } else if text.contains("/") {
      self = try ModelReference.parse(text[...], on: .huggingFace, refuse)
    } else {
      self = .builtIn(text)
    }
  }

  /// Whether it has more parts, or an empty last one, than a repository can have in front of quantization and revision.
  private static func isPath(_ text: String) -> Bool {
    let name = text.prefix { $0 != "@" && $0 != ":" }
    return name.count { $0 == "/" } > 1 || name.hasSuffix("/")
  }

  private static func parse(
    _ text: Substring, on hub: HubRepository.Hub, _ refuse: (String) -> HubError
  ) throws(HubError) -> ModelReference {
    var rest = text
    var revision: String?
    if let at = rest.firstIndex(of: "@") {
      revision = String(rest[rest.index(after: at)...])
      rest = rest[..<at]
      if revision?.isEmpty == true { throw refuse("nothing after the @") }
    }
    var quantization: String?
    if let colon = rest.firstIndex(of: ":") {
      let name = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
      guard HubRepository.isName(name) else { throw refuse("no quantization name after the colon") }
      quantization = name
    }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw refuse("\(parts.count) parts between slashes instead of two") }
    let repository = try HubRepository(
      hub: hub, organization: String(parts[0]), name: String(parts[1]), revision: revision)
    return .repository(repository, quantization: quantization)
  }

  /// The reference in the form it is written.
  public var description: String {
    switch self {
    case .builtIn(let name): name
    case .file(let path), .folder(let path): path
    case .repository(let repository, let quantization):
      "\(repository.hub.rawValue):\(repository.identifier)\(quantization.map { ":" + $0 } ?? "")"
        + (repository.revision == repository.hub.defaultRevision ? "" : "@\(repository.revision)")
    }
  }
}
