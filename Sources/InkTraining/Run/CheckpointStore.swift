import InkFormats

/// The checkpoints of a run: folders that appear whole or not at all, of which the newest stay.
///
/// A checkpoint is written beside its place, its files are brought to the disk, then the list of their hashes is, then
/// the folder gets its name. Whatever moment a process is killed at, there is a whole checkpoint if there was one
/// before.
package struct CheckpointStore: Sendable {
  /// A checkpoint that is whole.
  package struct Checkpoint: Sendable, Hashable {
    package let step: Int
    package let folder: String
  }

  /// The folder that they lie in.
  package let folder: String
  private let keep: Int
  private let disk: any RunDisk

  private static let prefix = RunFiles.checkpointPrefix
  /// The end of the name of a folder that is being written.
  private static let unfinished = ".partial"
  /// The end of the name of a folder that is being removed.
  private static let discarded = ".removed"

  /// A place for checkpoints.
  ///
  /// - Parameter keep: how many of the newest stay, at least one.
  package init(_ folder: String, keep: Int, disk: any RunDisk) {
    self.folder = folder
    self.keep = max(keep, 1)
    self.disk = disk
  }

  /// The place of a step's checkpoint.
  package func path(of step: Int) -> String { "\(folder)/\(Self.prefix)\(step)" }

  /// Keeps what `content` writes into a folder; older checkpoints than those that are to stay are removed then.
  ///
  /// - Parameter content: gets the folder's path while it is written.
  /// - Throws: `file`, or what `content` throws; the checkpoints are then those from before.
  package func write(step: Int, _ content: (String) throws(TrainingError) -> Void) throws(TrainingError) {
    let destination = path(of: step)
    let partial = destination + Self.unfinished
    do throws(TrainingError) {
      try disk.remove(partial)
      try disk.makeFolder(partial)
      try content(partial)
      try seal(partial)
    } catch {
      // Half a checkpoint on a full disk would be in the way of everything else; if it stays, the next start removes
      // it.
      try? disk.remove(partial)
      throw error
    }
    // Only a damaged one can be there: a run that goes on begins at the newest whole one.
    if DiskFile.kind(of: destination) != .missing { try discard(destination) }
    try disk.move(partial, to: destination)
    try prune(newest: step)
  }

  /// Brings files to the disk, then the list of their hashes, by which a whole checkpoint is known.
  private func seal(_ partial: String) throws(TrainingError) {
    let names = DiskFile.names(in: partial)
    guard !names.isEmpty else {
      throw TrainingError(.file, context: partial, expected: "files of a checkpoint", found: "none")
    }
    for name in names { try disk.synchronize("\(partial)/\(name)") }
    let list: ChecksumList
    do { list = try ChecksumList.computing(partial) } catch { throw TrainingError(error) }
    let text = list.entries.map { "\($0.sha256)  \($0.name)\n" }.joined()
    try disk.write(Array(text.utf8), to: "\(partial)/\(ChecksumList.fileName)")
    try disk.synchronize(partial)
  }

  /// Removes what is older than the newest that stay, and what is of later steps: the run left those when it went on
  /// from an earlier one.
  private func prune(newest step: Int) throws(TrainingError) {
    let steps = self.steps
    for old in steps.filter({ $0 <= step }).dropLast(keep) + steps.filter({ $0 > step }) {
      try discard(path(of: old))
    }
  }

  /// A folder that is removed file by file looks like a damaged one until it is gone, so it loses its name first.
  private func discard(_ path: String) throws(TrainingError) {
    let aside = path + Self.discarded
    try disk.remove(aside)
    try disk.move(path, to: aside)
    try disk.remove(aside)
  }

  /// Puts in order what a process left that was killed: a checkpoint that lacks its name only gets it, what is half
  /// written or half removed goes.
  package func recover() throws(TrainingError) {
    for name in DiskFile.names(in: folder) {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(Self.discarded) { try disk.remove(path) }
      guard name.hasSuffix(Self.unfinished) else { continue }
      let destination = String(path.dropLast(Self.unfinished.count))
      if Self.fault(of: path) == nil, DiskFile.kind(of: destination) == .missing {
        try disk.move(path, to: destination)
      } else {
        try disk.remove(path)
      }
    }
  }

  /// The steps of all checkpoints, whole or not, in order.
  private var steps: [Int] {
    DiskFile.names(in: folder).compactMap { name in
      guard name.hasPrefix(Self.prefix), let step = Int(name.dropFirst(Self.prefix.count)), step >= 0 else {
        return nil
      }
      return "\(Self.prefix)\(step)" == name ? step : nil
    }.sorted()
  }

  /// Whether there is no checkpoint, not even a damaged one.
  package var isEmpty: Bool { steps.isEmpty }

  /// The newest checkpoint that is whole.
  ///
  /// - Returns: it, and what is wrong with newer ones.
  package func newest() -> (checkpoint: Checkpoint?, damaged: [String]) {
    var damaged: [String] = []
    for step in steps.reversed() {
      let path = path(of: step)
      guard let fault = Self.fault(of: path) else { return (Checkpoint(step: step, folder: path), damaged) }
      damaged.append("\(path) is damaged (\(fault)) and was passed over")
    }
    return (nil, damaged)
  }

  /// What is wrong with a checkpoint; nil for one that is whole.
  private static func fault(of folder: String) -> String? {
    do throws(FormatError) {
      let finding = try ChecksumList.open(folder).check(folder)
      if finding.isClean { return nil }
      let missing = finding.missing.map { "\($0) is missing" }
      return (missing + finding.changed.map { "\($0) is another file" }).joined(separator: ", ")
    } catch {
      return "no list of its files: \(error.code)"
    }
  }
}
