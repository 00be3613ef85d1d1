/// The lines of a passfile: `host:port:database:user:password`, where `*` stands for anything and `\` takes the meaning
/// from the character behind it ("The Password File" of PostgreSQL's documentation).
package struct PasswordFile: Sendable {
  /// A part of a line that names what the line is for.
  private enum Field: Hashable {
    case anything
    case text(String)

    func matches(_ names: String...) -> Bool {
      switch self {
      case .anything: true
      case .text(let text): names.contains(text)
      }
    }
  }

  private struct Line {
    var fields: [Field]
    var password: String
  }

  private let lines: [Line]

  /// Reads a passfile; comments and lines of too few parts are left out, as PostgreSQL's programs do.
  package init(_ text: String) {
    lines = text.split(whereSeparator: \.isNewline).compactMap { PasswordFile.line($0) }
  }

  /// The password of the first line that fits.
  package func password(for address: PostgreSQLAddress) -> String? {
    lines.first { line in
      let place =
        switch address.endpoint {
        case .host(let host, let port): line.fields[0].matches(host) && line.fields[1].matches(String(port))
        case .folder(let folder, let port):
          line.fields[0].matches(folder, "localhost") && line.fields[1].matches(String(port))
        }
      return place && line.fields[2].matches(address.database) && line.fields[3].matches(address.user)
    }?.password
  }

  private static func line(_ text: Substring) -> Line? {
    guard text.first != "#" else { return nil }
    var parts = [""]
    var isPlain = [true]
    var characters = text[...]
    while let character = characters.popFirst() {
      switch character {
      case "\\":
        guard let next = characters.popFirst() else { return nil }
        parts[parts.count - 1].append(next)
        isPlain[isPlain.count - 1] = false
      // A colon belongs to the password once that has begun.
      case ":" where parts.count < 5:
        parts.append("")
        isPlain.append(true)
      case _: parts[parts.count - 1].append(character)
      }
    }
    guard parts.count == 5 else { return nil }
    let fields = (0..<4).map { isPlain[$0] && parts[$0] == "*" ? Field.anything : .text(parts[$0]) }
    return Line(fields: fields, password: parts[4])
  }
}
