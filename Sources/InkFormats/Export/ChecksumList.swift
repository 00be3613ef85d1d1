/// A `SHA256SUMS` file: a line for each file with its SHA-256 and its name, as `sha256sum` writes and checks it.
public struct ChecksumList: Sendable, Hashable {
  /// A file and its SHA-256.
  public struct Entry: Sendable, Hashable {
    /// The name in the folder.
    public let name: String
    /// 64 hexadecimal digits.
    public let sha256: String
  }

  /// What a check found.
  public struct Finding: Sendable, Hashable {
    /// Files whose content is another one.
    public var changed: [String] = []
    /// Files of the list that are not there.
    public var missing: [String] = []
    /// Files of the folder that the list does not name.
    public var unlisted: [String] = []

    /// A finding of nothing wrong.
    public init() {}

    /// Whether every file of the list is there and unchanged.
    public var isClean: Bool { changed.isEmpty && missing.isEmpty }
  }

  /// The name of the list in its folder.
  public static let fileName = "SHA256SUMS"
  /// The files, in the order of the list.
  public let entries: [Entry]

  /// Computes the list of all files that lie directly in a folder, in alphabetical order.
  ///
  /// - Throws: `cannotOpen`.
  public static func computing(_ folder: String) throws(FormatError) -> ChecksumList {
    var entries: [Entry] = []
    for name in try files(folder) {
      entries.append(Entry(name: name, sha256: try hash(StoredFile.join(folder, name))))
    }
    return ChecksumList(entries: entries)
  }

  /// Reads the list of a folder.
  ///
  /// - Throws: `cannotOpen`; `malformed` for a line that is no check sum with a plain file name.
  public static func open(_ folder: String) throws(FormatError) -> ChecksumList {
    let path = StoredFile.join(folder, fileName)
    let text = String(decoding: try StoredFile.read(path, limit: 16 << 20), as: UTF8.self)
    var entries: [Entry] = []
    var names: Set<String> = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: true).enumerated() {
      let digits = String(line.prefix(64))
      let rest = line.dropFirst(64)
      // A star says that the file was read as bytes, which makes no difference here.
      let name = String(rest.dropFirst(2))
      guard case .sha256(let sum)? = ContentHash(hexadecimal: digits), rest.hasPrefix("  ") || rest.hasPrefix(" *"),
        StoredFile.isPlainName(name), names.insert(name).inserted
      else {
        throw FormatError(
          .malformed, file: path, context: "line \(number + 1)", expected: "a SHA-256 and the name of a file",
          found: FormatError.quoted(String(line)))
      }
      entries.append(Entry(name: name, sha256: sum))
    }
    return ChecksumList(entries: entries)
  }

  /// Whether a folder has a list.
  public static func exists(in folder: String) -> Bool { StoredFile.exists(StoredFile.join(folder, fileName)) }

  /// Compares the files of a folder with the list.
  ///
  /// - Throws: `cannotOpen` when a file cannot be read.
  public func check(_ folder: String) throws(FormatError) -> Finding {
    var finding = Finding()
    let present = Set(try ChecksumList.files(folder))
    for entry in entries {
      if !present.contains(entry.name) {
        finding.missing.append(entry.name)
      } else if try ChecksumList.hash(StoredFile.join(folder, entry.name)) != entry.sha256 {
        finding.changed.append(entry.name)
      }
    }
    let listed = Set(entries.map(\.name))
    finding.unlisted = present.filter { !listed.contains($0) }.sorted()
    return finding
  }

  /// Refuses a folder with a list that its files do not agree with; a folder without a list passes.
  public static func requireClean(_ folder: String) throws(FormatError) {
    guard exists(in: folder) else { return }
    let finding = try open(folder).check(folder)
    guard finding.isClean else {
      let names = (finding.changed + finding.missing).prefix(8).joined(separator: ", ")
      throw FormatError(
        .malformed, file: StoredFile.join(folder, fileName), expected: "files with the listed SHA-256", found: names,
        hint: "They were changed or not copied whole; get them again.")
    }
  }

  /// Writes the list into a folder.
  public func write(_ folder: String) throws(FormatError) {
    let text = entries.map { "\($0.sha256)  \($0.name)\n" }.joined()
    try StoredFile.write(Array(text.utf8), to: StoredFile.join(folder, ChecksumList.fileName))
  }

  private static func files(_ folder: String) throws(FormatError) -> [String] {
    guard let names = StoredFile.list(folder) else {
      throw FormatError(.cannotOpen, file: folder, expected: "a folder", hint: "Check the path and its permissions.")
    }
    return names.filter { $0 != fileName && DiskFile.size(of: StoredFile.join(folder, $0)) != nil }
  }

  private static func hash(_ path: String) throws(FormatError) -> String {
    do { return try ContentHasher.hash(of: path, like: .sha256(""))?.hexadecimal ?? "" } catch {
      throw FormatError(error, file: path)
    }
  }
}
