import InkFormats

/// Keeps a run's folder for one process. It is given back when this value goes away, also when the process is killed.
struct RunLock: ~Copyable, Sendable {
  private let file: DiskFile

  /// Takes the lock of a folder.
  ///
  /// - Throws: `file` when another process has it.
  init(_ folder: String) throws(TrainingError) {
    let file = try RunLock.open("\(folder)/.lock")
    guard file.tryLock() else {
      throw TrainingError(
        .file, context: folder, expected: "a folder that no other run writes to", found: "one that is being written to",
        hint: "Wait for the other process, or name another folder.")
    }
    self.file = file
  }

  private static func open(_ path: String) throws(TrainingError) -> DiskFile {
    do { return try DiskFile(path, .appending) } catch { throw TrainingError(disk: error, path) }
  }
}
