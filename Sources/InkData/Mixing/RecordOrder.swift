/// In which order the records of a source come.
public enum RecordOrder: Sendable, Hashable {
  /// In a new random order every epoch.
  case shuffled
  /// As in the files.
  case given
}
