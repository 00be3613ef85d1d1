/// What a run does to the disk: a parameter, so that a test can stop it before and within any action.
///
/// An action that returned is what other processes see; after ``synchronize(_:)`` it also outlives a power cut.
package protocol RunDisk: Sendable {
  /// Makes a folder and those above it.
  func makeFolder(_ path: String) throws(TrainingError)

  /// Adds bytes to the end of a file, which is made when it is missing.
  func append(_ bytes: [UInt8], to path: String) throws(TrainingError)

  /// Drops what a file has behind a length.
  func truncate(_ path: String, to length: Int) throws(TrainingError)

  /// Writes a file, whole or not at all.
  func write(_ bytes: [UInt8], to path: String) throws(TrainingError)

  /// Waits until a file, or the names in a folder, are on the disk.
  func synchronize(_ path: String) throws(TrainingError)

  /// Gives a file or folder another name in the same file system, at once.
  func move(_ path: String, to other: String) throws(TrainingError)

  /// Removes a file or a folder with all that is in it; a missing one is fine.
  func remove(_ path: String) throws(TrainingError)
}
