import InkFormats

/// What became of a run, in a few numbers.
public struct RunSummary: Sendable, Hashable, Codable {
  /// The run's folder.
  public let folder: String
  /// Steps that were done.
  public let steps: Int
  /// The loss of the last step; nil before the first.
  public let lastLoss: Double?
  /// The evaluation with the lowest loss of every set, in the order in which sets were first measured.
  public let bestEvaluations: [EvaluationResult]
  /// Whether the run left a finished model or adapter.
  public let isFinished: Bool
  /// The step of the newest checkpoint.
  public let newestCheckpoint: Int?
  /// What became of the data, where that is noted.
  public let data: DataSummary?
  /// Lines of its files that could not be read.
  public let damagedLines: Int

  /// Reads a run's folder.
  ///
  /// - Throws: `file` when it is none, or cannot be read.
  public init(folder: String) throws(TrainingError) {
    self.init(try RunLog(folder: folder), folder: folder)
  }

  /// Sums up a log that was read already.
  init(_ log: RunLog, folder: String) {
    self.folder = folder
    steps = log.steps.last?.step ?? 0
    lastLoss = log.steps.last?.loss
    bestEvaluations = log.evaluationNames.compactMap { name in
      log.evaluations.filter { $0.evaluation == name }.min { $0.loss < $1.loss }
    }
    isFinished = DiskFile.isFolder("\(folder)/\(RunFiles.final)")
    newestCheckpoint = RunSummary.checkpoints(in: folder).max()
    data = log.data
    damagedLines = log.damagedLines
  }

  /// The steps of the checkpoints in a run's folder.
  private static func checkpoints(in folder: String) -> [Int] {
    let place = "\(folder)/\(RunFiles.checkpoints)"
    return DiskFile.names(in: place).compactMap { name in
      guard name.hasPrefix(RunFiles.checkpointPrefix), DiskFile.isFolder("\(place)/\(name)") else { return nil }
      return Int(name.dropFirst(RunFiles.checkpointPrefix.count))
    }
  }

  enum CodingKeys: String, CodingKey {
    case folder, steps, data
    case lastLoss = "last_loss"
    case bestEvaluations = "best_evaluations"
    case isFinished = "finished"
    case newestCheckpoint = "newest_checkpoint"
    case damagedLines = "damaged_lines"
  }
}
