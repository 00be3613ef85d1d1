import InkArchive

/// The members of a document that is a ZIP archive, unpacked in memory within limits. Names are only compared, never
/// used
/// as paths.
struct DocumentArchive {
  private let archive: ZipArchive
  private let members: [String: ZipArchive.Member]
  private let name: String
  let limits: ReadingLimits
  private var remaining: Int

  init(_ bytes: [UInt8], name: String, limits: ReadingLimits) throws(RetrievalError) {
    try limits.check(fileOf: bytes.count, name: name)
    do throws(ArchiveError) { archive = try ZipArchive(bytes, name: name) } catch {
      throw DocumentArchive.failure(error)
    }
    var members: [String: ZipArchive.Member] = [:]
    for member in archive.members { members[member.name] = member }
    self.members = members
    self.name = name
    self.limits = limits
    remaining = limits.unpackedBytes
  }

  /// Whether there is a member of a name.
  func contains(_ member: String) -> Bool { members[member] != nil }

  /// The bytes of a member; nil when there is none of the name.
  mutating func contents(_ path: String) throws(RetrievalError) -> [UInt8]? {
    guard let member = members[path] else { return nil }
    let most = limits.most(unpackedFrom: Int(clamping: member.compressedSize))
    guard member.size <= UInt64(max(0, most)) else {
      throw RetrievalError(
        .tooLarge, context: "\(name): \(path)", expected: "at most \(limits.unpackingRatio) times its packed size",
        found: "\(member.size) bytes packed in \(member.compressedSize)", hint: "The file is made to fill memory.")
    }
    guard member.size <= UInt64(max(0, remaining)) else {
      throw RetrievalError(
        .tooLarge, context: "\(name): \(path)", expected: "at most \(limits.unpackedBytes) unpacked bytes in all",
        found: "more", hint: "Split the document, or leave it out.")
    }
    do throws(ArchiveError) {
      let bytes = try archive.contents(member, limit: remaining)
      remaining -= bytes.count
      return bytes
    } catch {
      throw DocumentArchive.failure(error)
    }
  }

  /// The bytes of a member that a document cannot be without.
  mutating func required(_ path: String) throws(RetrievalError) -> [UInt8] {
    guard let bytes = try contents(path) else {
      throw RetrievalError(
        .invalidDocument, context: name, expected: "the member \(path)", found: "none", hint: "The file is damaged.")
    }
    return bytes
  }

  /// A reader of a member that is XML; nil when there is none of the name.
  mutating func xml(_ path: String) throws(RetrievalError) -> XMLReader? {
    guard let bytes = try contents(path) else { return nil }
    return try XMLReader(bytes, name: "\(name): \(path)", depth: limits.depth)
  }

  /// A reader of a member that a document cannot be without.
  mutating func requiredXML(_ path: String) throws(RetrievalError) -> XMLReader {
    try XMLReader(required(path), name: "\(name): \(path)", depth: limits.depth)
  }

  /// What the relationships of a part point to: paths by their identifiers, and the last path of each type.
  mutating func relationships(
    of part: String
  ) throws(RetrievalError) -> (paths: [String: String], types: [String: String]) {
    let folder = DocumentArchive.folder(of: part)
    let file = part.split(separator: "/").last ?? ""
    var paths: [String: String] = [:]
    var types: [String: String] = [:]
    guard var reader = try xml(folder + "_rels/" + file + ".rels") else { return (paths, types) }
    while let token = try reader.next() {
      guard case .start(let element) = token, element.name == "Relationship", element.value("TargetMode") != "External",
        let id = element.value("Id"), let target = element.value("Target")
      else { continue }
      let path = DocumentArchive.resolve(target, from: folder)
      paths[id] = path
      if let type = element.value("Type")?.split(separator: "/").last { types[String(type)] = path }
    }
    return (paths, types)
  }

  /// The folder of a member with its slash; empty at the top.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The member that a reference names, seen from a folder of the archive.
  static func resolve(_ reference: String, from folder: String) -> String {
    var parts = reference.hasPrefix("/") ? [] : folder.split(separator: "/")
    for part in reference.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  static func failure(_ error: ArchiveError) -> RetrievalError {
    let code: RetrievalError.Code =
      switch error.code {
      case .file: .file
      case .damaged: .invalidDocument
      case .unsupported: .unsupported
      case .tooLarge: .tooLarge
      case .cancelled, .stopped: .cancelled
      }
    return RetrievalError(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
