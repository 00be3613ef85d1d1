/// The identifier of something the server keeps: what it is, and 24 random hexadecimal digits.
///
/// It is the only thing from a request that a path is ever made of, and it has no other form: no separator, no dot, no
/// letter beyond `f`.
package struct StoredIdentifier: Sendable, Hashable, CustomStringConvertible {
  /// What is kept, by the prefix of its identifiers.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case file = "file-"
    case response = "resp_"
    case batch = "batch_"

    /// What people call it.
    package var noun: String {
      switch self {
      case .file: "file"
      case .response: "response"
      case .batch: "batch"
      }
    }

    /// The folder that holds all of them.
    var folder: String {
      switch self {
      case .file: "files"
      case .response: "responses"
      case .batch: "batches"
      }
    }
  }

  /// What is kept.
  package let kind: Kind
  /// Prefix and digits.
  package let description: String

  /// A new identifier.
  package init(new kind: Kind, from identifiers: IdentifierSource) {
    self.kind = kind
    description = identifiers.make(kind.rawValue)
  }

  /// An identifier that a client or a file name gives; nil for anything that is none of that kind.
  package init?(_ text: String, _ kind: Kind) {
    let digits = text.utf8.dropFirst(kind.rawValue.utf8.count)
    guard text.hasPrefix(kind.rawValue), digits.count == 24, digits.allSatisfy(Self.isDigit) else { return nil }
    self.kind = kind
    description = text
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

extension ServerError {
  /// Nothing of that identifier is kept, or it is somebody else's.
  package static func noSuch(_ kind: StoredIdentifier.Kind, _ identifier: String, param: String? = nil) -> ServerError {
    ServerError(
      .notFound, "There is no \(kind.noun) \"\(identifier.prefix(80))\".", param: param, code: "not_found")
  }
}
