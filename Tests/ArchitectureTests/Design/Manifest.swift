/// The targets that Package.swift declares, read from its text: starting `swift package` from inside `swift test`
/// would wait for the lock that the running test holds.
struct Manifest: Sendable {
  struct Target: Sendable {
    let name: String
    /// Dependencies on targets of this package; products of other packages stand behind names without quotes.
    let dependencies: [String]
    let isTest: Bool
  }

  let targets: [Target]

  init(text: String) {
    var targets: [Target] = []
    for kind in [".target(", ".executableTarget(", ".testTarget("] {
      var rest = text[...]
      while let range = rest.firstRange(of: kind) {
        let body = Self.balanced(rest[range.upperBound...])
        rest = rest[range.upperBound...]
        guard let name = Self.strings(in: body).first else { continue }
        var dependencies: [String] = []
        if let list = body.firstRange(of: "dependencies: ["), let end = body[list.upperBound...].firstIndex(of: "]") {
          dependencies = Self.strings(in: body[list.upperBound..<end])
        }
        targets.append(Target(name: name, dependencies: dependencies, isTest: kind == ".testTarget("))
      }
    }
    self.targets = targets
  }

  /// The text up to the parenthesis that closes the one before it.
  private static func balanced(_ text: Substring) -> Substring {
    var depth = 1
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return text[..<index] }
    }
    return text
  }

  private static func strings(in text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }
}
