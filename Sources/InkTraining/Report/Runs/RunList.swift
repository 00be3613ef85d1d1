import InkFormats

/// The runs below a folder.
public struct RunList: Sendable, Hashable {
  /// What each run did, in the order of their paths.
  public let runs: [RunSummary]
  /// Folders of runs that could not be read, and why.
  public let unreadable: [TrainingError]

  /// Folders below folders that are looked into; runs lie close to where one looks.
  private static let maximumDepth = 8

  /// Finds every folder with `metrics.jsonl`. What lies inside a run is its own, and links are not followed.
  ///
  /// - Parameter root: where to look; it may be a run itself.
  /// - Throws: `file` when it is no folder.
  public init(below root: String) throws(TrainingError) {
    guard DiskFile.isFolder(root) else {
      throw TrainingError(
        .file, context: root, expected: "a folder with runs", found: "no folder",
        hint: "Name the folder in which the runs write theirs.")
    }
    var runs: [RunSummary] = []
    var unreadable: [TrainingError] = []
    for folder in RunList.folders(below: root) {
      do throws(TrainingError) { runs.append(try RunSummary(folder: folder)) } catch { unreadable.append(error) }
    }
    self.runs = runs
    self.unreadable = unreadable
  }

  private static func folders(below root: String) -> [String] {
    var found: [String] = []
    var waiting = [(path: root, depth: 0)]
    while let place = waiting.popLast() {
      if DiskFile.size(of: "\(place.path)/\(RunFiles.metrics)") != nil {
        found.append(place.path)
        continue
      }
      guard place.depth < maximumDepth else { continue }
      for name in DiskFile.names(in: place.path) where !name.hasPrefix(".") {
        let path = place.path.hasSuffix("/") ? place.path + name : "\(place.path)/\(name)"
        if DiskFile.kind(of: path) == .folder { waiting.append((path, place.depth + 1)) }
      }
    }
    return found.sorted()
  }
}
