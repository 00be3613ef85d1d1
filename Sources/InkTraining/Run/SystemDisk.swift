import InkFormats

/// The disk of the operating system.
package struct SystemDisk: RunDisk {
  package init() {}

  package func makeFolder(_ path: String) throws(TrainingError) {
    do { try DiskFile.makeFolder(path) } catch { throw TrainingError(disk: error, path) }
  }

  package func append(_ bytes: [UInt8], to path: String) throws(TrainingError) {
    do {
      let file = try DiskFile(path, .appending)
      try file.write(bytes, through: .system)
    } catch { throw TrainingError(disk: error, path) }
  }

  package func truncate(_ path: String, to length: Int) throws(TrainingError) {
    do {
      let file = try DiskFile(path, .appending)
      try file.truncate(to: UInt64(max(length, 0)))
      try file.synchronize()
    } catch { throw TrainingError(disk: error, path) }
  }

  package func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
    do throws(FormatError) { try StoredFile.write(bytes, to: path) } catch { throw TrainingError(error) }
  }

  package func synchronize(_ path: String) throws(TrainingError) {
    do {
      let file = try DiskFile(path, .reading)
      try file.synchronize()
    } catch { throw TrainingError(disk: error, path) }
  }

  package func move(_ path: String, to other: String) throws(TrainingError) {
    do { try DiskFile.move(path, to: other) } catch { throw TrainingError(disk: error, other) }
  }

  package func remove(_ path: String) throws(TrainingError) {
    DiskFile.removeTree(path)
    guard DiskFile.kind(of: path) == .missing else {
      throw TrainingError(
        .file, context: path, expected: "that it can be removed", found: "it is still there",
        hint: "Check who owns it and what is in it.")
    }
  }
}

extension TrainingError {
  /// A failure of the disk, seen from the run.
  init(disk error: HubError, _ path: String) {
    if error.code == .diskFull {
      self = .diskFull(at: path)
    } else {
      self.init(
        .file, context: path, expected: error.expected.isEmpty ? "a place that can be written" : error.expected,
        found: error.found)
    }
  }
}
