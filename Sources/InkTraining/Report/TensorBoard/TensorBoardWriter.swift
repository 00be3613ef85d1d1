package import InkFormats

/// Curves of a run as an event file that TensorBoard reads.
///
/// Every writer starts a file of its own in the folder. TensorBoard reads the files of a folder in the order of their names
/// as one run; the start of a resumed run voids what the files before it hold of the steps that are done again.
package struct TensorBoardWriter: Sendable {
  /// A number with the name of its curve.
  package struct Scalar: Sendable, Hashable {
    /// The curve; what stands before a slash is its group.
    package let tag: String
    package let value: Double

    package init(tag: String, value: Double) {
      self.tag = tag
      self.value = value
    }
  }

  /// The event file.
  package let path: String
  private let clock: @Sendable () -> Double
  private let disk: DiskWriter

  /// Starts an event file.
  ///
  /// - Parameters:
  ///   - folder: where; it exists.
  ///   - firstStep: the step that is written first. TensorBoard drops this and later steps of earlier files.
  ///   - host: the machine's name, a part of the file's name.
  ///   - clock: seconds since 1970.
  /// - Throws: `file` when it cannot be written.
  package init(
    folder: String, firstStep: Int, host: String, disk: DiskWriter = .system, clock: @escaping @Sendable () -> Double
  ) throws(TrainingError) {
    let time = clock()
    guard let seconds = Int(exactly: time.rounded(.down)), seconds >= 0 else {
      throw TrainingError(.invalidValue, context: "the clock", expected: "seconds since 1970", found: "\(time)")
    }
    path = TensorBoardWriter.freePath(in: folder, seconds: seconds, host: host)
    self.clock = clock
    self.disk = disk
    try write(
      EventMessage(time: time, step: 0, content: .version).record
        + EventMessage(time: time, step: firstStep, content: .start).record)
  }

  /// Adds numbers at a step.
  package func append(_ scalars: [Scalar], step: Int) throws(TrainingError) {
    try write(EventMessage(time: clock(), step: step, content: .scalars(scalars)).record)
  }

  /// Adds the numbers of a step, under `train/`.
  package func append(_ report: StepReport) throws(TrainingError) {
    try append(
      [
        Scalar(tag: "train/loss", value: report.loss),
        Scalar(tag: "train/learning_rate", value: report.learningRate),
        Scalar(tag: "train/gradient_norm", value: report.gradientNorm),
        Scalar(tag: "train/tokens", value: Double(report.tokens)),
      ], step: report.step)
  }

  /// Adds the loss on a set that is not trained on, under `evaluation/`, and what else was measured beneath it.
  package func append(_ evaluation: EvaluationResult) throws(TrainingError) {
    let tag = "evaluation/\(evaluation.evaluation)"
    try append(
      [Scalar(tag: tag, value: evaluation.loss)]
        + evaluation.measures.map { Scalar(tag: "\(tag)/\($0.kind.rawValue)", value: $0.value) },
      step: evaluation.step)
  }

  /// A whole record in one write, so that a reader that looks in between sees all of it or an unfinished end.
  private func write(_ record: [UInt8]) throws(TrainingError) {
    do {
      let file = try DiskFile(path, .appending)
      try file.write(record, through: disk)
    } catch { throw TrainingError(disk: error, path) }
  }

  /// The next name that no file has; two starts in one second are counted.
  private static func freePath(in folder: String, seconds: Int, host: String) -> String {
    let digits = String(seconds)
    // Ten digits, so that names sort as numbers do.
    let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    let name = host.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-")
        ? Character(scalar) : "_"
    }
    let stem = "\(folder)/events.out.tfevents.\(padded).\(name.isEmpty ? "host" : String(name.prefix(100)))"
    var path = stem
    var count = 0
    while DiskFile.kind(of: path) != .missing {
      count += 1
      path = "\(stem).\(count)"
    }
    return path
  }
}
