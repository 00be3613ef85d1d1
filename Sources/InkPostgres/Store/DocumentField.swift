import InkRetrieval

/// A key and a value of a document, as filters read them.
struct DocumentField: Sendable, Hashable {
  enum Origin: String, Sendable, Hashable {
    /// What the store itself knows, under one of ``ownKeys``.
    case file
    /// What the file and the person who added it say.
    case metadata
  }

  /// The keys beside those of the metadata; they go before metadata of the same name.
  static let ownKeys: Set<String> = ["name", "media_type", "sha256", "title"]

  var origin: Origin
  var key: String
  var value: String

  /// The number that the value is as a whole.
  var number: Double? { Double(value).flatMap { $0.isNaN ? nil : $0 } }

  static func fields(of source: SourceFile, title: String?, metadata: [String: String]) -> [DocumentField] {
    var fields = [
      DocumentField(origin: .file, key: "name", value: source.name),
      DocumentField(origin: .file, key: "media_type", value: source.mediaType),
      DocumentField(origin: .file, key: "sha256", value: source.sha256),
    ]
    if let title { fields.append(DocumentField(origin: .file, key: "title", value: title)) }
    return fields
      + metadata.sorted { $0.key < $1.key }.map { DocumentField(origin: .metadata, key: $0.key, value: $0.value) }
  }
}
