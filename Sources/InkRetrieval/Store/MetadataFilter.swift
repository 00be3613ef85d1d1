/// Which documents a search looks at, by what is known of them. `name`, `media_type`, `sha256` and `title` are keys
/// beside those of the metadata.
public indirect enum MetadataFilter: Sendable, Hashable {
  /// The key has this value.
  case equals(String, String)
  /// The key has one of these values.
  case oneOf(String, [String])
  /// The key's value begins so; a folder of documents by `.hasPrefix("name", "guide/")`.
  case hasPrefix(String, String)
  /// The key's value, read as a number, lies within; a missing bound is open.
  case within(String, lower: Double?, upper: Double?)
  /// All hold.
  case all([MetadataFilter])
  /// At least one holds.
  case any([MetadataFilter])
  /// It does not hold; true for a document without the key.
  case not(MetadataFilter)
}
