/// Gives files on their way into a base the names of their documents.
///
/// A name belongs to one file: whoever comes later under the same name gets a longer one, so that no document takes
/// another's place. A file that the base knows by its path keeps its name, through whatever folder it is added; hence the
/// names are the same however often files are added.
struct DocumentNames {
  private enum Owner: Hashable {
    case file(path: String)
    /// Uploads have no path: one of the same name is the next state of the same document.
    case upload
  }

  private var owners: [String: Owner] = [:]
  private var names: [String: String] = [:]

  /// The names that a base's documents have.
  init(_ documents: [StoredDocument]) {
    for document in documents {
      guard let path = document.source.path else {
        owners[document.source.name] = .upload
        continue
      }
      owners[document.source.name] = .file(path: path)
      names[path] = document.source.name
    }
  }

  /// The files under the names that their documents will have, each path once.
  mutating func assign(_ files: [IncomingFile]) -> [IncomingFile] {
    var assigned: [IncomingFile] = []
    var seen: Set<String> = []
    for var file in files {
      if let path = file.path {
        guard seen.insert(path).inserted else { continue }
      }
      file.name = name(for: file)
      assigned.append(file)
    }
    return assigned
  }

  private mutating func name(for file: IncomingFile) -> String {
    let owner: Owner
    if let path = file.path {
      if let known = names[path] { return known }
      owner = .file(path: path)
    } else {
      owner = .upload
    }
    let name = freeName(DocumentNames.candidates(for: file), for: owner)
    owners[name] = owner
    if let path = file.path { names[path] = name }
    return name
  }

  /// The first name that nobody else has.
  private func freeName(_ candidates: [String], for owner: Owner) -> String {
    func isFree(_ name: String) -> Bool { owners[name].map { $0 == owner } ?? true }
    if let free = candidates.first(where: isFree) { return free }
    // Only somebody who gave prefixes that look like paths comes here.
    var number = 2
    while !isFree("\(candidates.last ?? "") (\(number))") { number += 1 }
    return "\(candidates.last ?? "") (\(number))"
  }

  /// The file's own name, then longer ones with more and more of the folders that it lies in.
  private static func candidates(for file: IncomingFile) -> [String] {
    let own = file.prefix + file.name
    guard let path = file.path else { return [own, "upload/" + own] }
    let folders = path.split(separator: "/").dropLast(file.name.split(separator: "/").count)
    let longer = folders.indices.reversed().map { start in
      file.prefix + folders[start...].joined(separator: "/") + "/" + file.name
    }
    return [own] + longer
  }
}
