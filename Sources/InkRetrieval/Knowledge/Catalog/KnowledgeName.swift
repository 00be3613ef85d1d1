/// The name of a knowledge base, which is also the name of its folder: letters and digits, `-`, `_`, `.` and Chinese
/// characters.
public struct KnowledgeName: Sendable, Hashable, CustomStringConvertible {
  /// The most bytes of a name.
  public static let largestSize = 128
  /// The name.
  public let description: String

  /// A name.
  ///
  /// - Throws: `invalidSetting` when it is none, such as one that leads out of a folder.
  public init(_ name: String) throws(RetrievalError) {
    let isAllowed = name.unicodeScalars.allSatisfy { scalar in
      if scalar.isASCII {
        return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar)
      }
      return scalar.properties.isUnifiedIdeograph
    }
    guard isAllowed, !name.isEmpty, name.utf8.count <= Self.largestSize, name.first != ".", name.first != "-" else {
      throw RetrievalError(
        .invalidSetting, context: "name of a knowledge base",
        expected: "letters, digits, \"-\", \"_\", \".\" or Chinese characters, at most \(Self.largestSize) bytes, "
          + "the first neither \".\" nor \"-\"",
        found: "\"\(name.prefix(60))\"", hint: "Choose another name.")
    }
    description = name
  }
}
