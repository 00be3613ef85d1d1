import InkChat
package import InkFormats

/// What `inkstone pull` has to say.
package struct PullReport: Sendable {
  /// The path to load: a file, or a folder.
  package let path: String
  private let name: String
  private let files: [String]
  private let builtIn: BuiltInModel?
  private let fetched: Bool

  /// A report on a model that is complete now.
  package init(_ resolved: ResolvedModel, registry: ModelRegistry, fetched: Bool) {
    name = "\(resolved.reference)"
    self.fetched = fetched
    switch resolved.content {
    case .gguf(let paths):
      path = paths.first ?? ""
      files = paths
    case .folder(let folder):
      path = folder
      files = []
    }
    if case .builtIn(let name) = resolved.reference { builtIn = registry.model(named: name) } else { builtIn = nil }
  }

  /// The JSON object.
  package var json: Report {
    var members = [
      JSONMember("model", .string(name)), JSONMember("path", .string(path)),
      JSONMember("files", .array(files.map { .string($0) })), JSONMember("fetched", .boolean(fetched)),
    ]
    if let builtIn {
      members.append(JSONMember("licence", .string(builtIn.licence.name)))
      members.append(JSONMember("checksums", .array(builtIn.files.map { .string("sha256:" + $0.hash.hexadecimal) })))
      members.append(JSONMember("bytes", .whole(builtIn.files.reduce(0) { $0 + $1.size })))
    }
    return .object(members)
  }

  /// Lines for a person.
  package var remarks: [String] {
    var lines: [String] = []
    if let builtIn {
      let bytes = builtIn.files.reduce(UInt64(0)) { $0 + $1.size }
      lines.append("\(name): \(builtIn.summary), \(Amount.bytes(bytes)), licence \(builtIn.licence.name)")
      for file in builtIn.files {
        lines.append(
          "\(file.name): SHA-256 \(file.hash.hexadecimal) is right" + (fetched ? "" : " (checked when fetched)"))
      }
    } else {
      lines.append("\(name) is complete" + (fetched ? "" : "; nothing had to be fetched"))
    }
    return lines
  }
}
