/// How far adding documents has come.
public enum IngestionEvent: Sendable, Hashable {
  /// Folders were gone through: so many files will be read.
  case found(files: Int)
  /// A file was read and cut.
  case cut(name: String, pieces: Int)
  /// So many pieces were embedded since the beginning.
  case embedded(pieces: Int)
  /// What became of a file; it is durable from now on.
  case finished(DocumentOutcome)
  /// A watched folder could not be followed this time; it will be tried again.
  case interrupted(RetrievalError)
}
