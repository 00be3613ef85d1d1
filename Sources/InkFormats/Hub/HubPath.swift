/// Checks of names that come from a server or a user before they become paths in the cache.
package enum HubPath {
  /// Throws unless `name` is a relative path that stays inside its folder: no empty, `.` or `..` components, no leading
  /// slash, no backslash, no control characters, at most 1,024 bytes in all and 255 in each component.
  package static func requireSafe(file name: String, in model: String) throws(HubError) {
    func refuse(_ found: String) -> HubError {
      HubError(
        .unsafePath, context: "\(model): file name \(quoted(name))", expected: "a relative path inside the model",
        found: found, hint: "Do not use this repository, or report it to its hub")
    }
    guard !name.isEmpty else { throw refuse("an empty name") }
    guard name.utf8.count <= 1024 else { throw refuse("\(name.utf8.count) bytes") }
    guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw refuse("a control character")
    }
    guard !name.contains("\\") else { throw refuse("a backslash") }
    guard !name.hasPrefix("/"), !name.hasPrefix("~") else { throw refuse("an absolute path") }
    for component in name.split(separator: "/", omittingEmptySubsequences: false) {
      guard !component.isEmpty, component != ".", component != ".." else {
        throw refuse("the component \"\(component)\"")
      }
      guard component.utf8.count <= 255 else { throw refuse("a component of \(component.utf8.count) bytes") }
    }
  }

  /// Throws unless `revision` can be a branch, tag or commit name that is also a safe path.
  package static func requireSafe(revision: String) throws(HubError) {
    let allowed = revision.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "/"), UInt8(ascii: "+"):
        true
      default: false
      }
    }
    let parts = revision.split(separator: "/", omittingEmptySubsequences: false)
    guard allowed, revision.utf8.count <= 255, !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
      throw HubError(
        .invalidReference, context: "revision \(quoted(revision))",
        expected: "letters, digits and . _ - / + without empty or dotted parts", hint: "Use a branch, a tag or a commit"
      )
    }
  }

  /// Throws unless `commit` is a commit id of 40 hexadecimal digits.
  static func requireCommit(_ commit: String, in model: String) throws(HubError) {
    guard case .gitBlob = ContentHash(hexadecimal: commit) else {
      throw HubError(
        .badResponse, context: model, expected: "a commit id of 40 hexadecimal digits", found: quoted(commit),
        hint: "Check that the hub's address is right")
    }
  }

  /// Throws when a folder between `root` and the file `root/name` is a link that somebody put there.
  static func requireNoLinks(under root: String, to name: String) throws(HubError) {
    var path = root
    for component in name.split(separator: "/").dropLast() {
      path += "/" + component
      switch DiskFile.kind(of: path) {
      case .missing, .folder: continue
      case .link, .regular, .other:
        throw HubError(
          .unsafePath, context: path, expected: "a folder", found: "a link or a file",
          hint: "Remove it and run the command again")
      }
    }
  }

  /// The text in quotes, shortened and without control characters, for messages.
  static func quoted(_ text: String) -> String {
    let visible = text.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }
    return "\"" + visible.joined() + (text.unicodeScalars.count > 80 ? "…" : "") + "\""
  }
}
