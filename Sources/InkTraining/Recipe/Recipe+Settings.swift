import InkData
import InkModels
import InkTensor

/// What the parts of a recipe mean to those who do them.
extension Recipe {
  /// How samples share rows. Shuffled, the rows of a long document are spread among those of others.
  var packing: Packing {
    switch (sequence.packing, order) {
    case (.none, _): .none
    case (.pack, _): .bestFit(rowLength: sequence.length, window: 1024)
    case (.concatenate, .shuffled): .concatenate(rowLength: sequence.length, window: 256)
    case (.concatenate, .given): .concatenate(rowLength: sequence.length)
    }
  }

  var overlong: Overlong {
    switch sequence.tooLong {
    case .error, .drop: .refuse
    case .truncate: .truncateEnd
    case .truncateStart: .truncateStart
    case .split: .split
    }
  }

  /// Why a sample may be left out.
  var skippedFaults: Set<SampleFault> {
    var faults: Set<SampleFault> = []
    if sequence.tooLong == .drop { faults.insert(.tooLong) }
    if sequence.withoutLoss == .drop { faults.insert(.emptyMask) }
    return faults
  }

  var exhaustion: Exhaustion {
    switch length {
    case .steps: .never
    case .epochs(let passes): .everyRecord(passes: passes)
    }
  }

  /// Into how many parts a step is cut: at least one for each process.
  ///
  /// - Throws: `invalidValue` when the batch has fewer sequences than there are processes.
  func parts(for processes: Int) throws(TrainingError) -> Int {
    guard batch.size >= processes else {
      throw TrainingError(
        .invalidValue, context: "batch.size", expected: "at least \(processes), a sequence for each process",
        found: "\(batch.size)", hint: "Start fewer processes or make the batch larger.")
    }
    return max(batch.accumulate, processes)
  }

  /// What is trained on.
  var trainingSources: [DataSource] {
    switch validation {
    case .none, .sources: data
    case .fraction(let share): data.map { $0.taking(.training(heldOut: share, seed: seed)) }
    }
  }

  /// What is measured on.
  var validationSources: [DataSource] {
    switch validation {
    case .none: []
    case .sources(let sources): sources
    case .fraction(let share): data.map { $0.taking(.validation(heldOut: share, seed: seed)) }
    }
  }

  /// The steps of the run, where they are known beforehand.
  package var stepCount: Int? {
    switch length {
    case .steps(let steps): steps
    case .epochs: nil
    }
  }

  var runPlan: TrainingPlan {
    TrainingPlan(
      steps: stepCount, checkpointEvery: checkpoints.every, evaluateEvery: evaluation.every,
      evaluationBatches: evaluation.batches)
  }

  var stoppingRules: StoppingRules {
    StoppingRules(
      patience: evaluation.patience,
      spike: spike.map { StoppingRules.Spike(deviations: $0.deviations, window: $0.window) },
      protection: protection.map {
        StoppingRules.Guard(limit: $0.limit, action: $0.action == .warn ? .warn : .stop)
      })
  }

  var trainerSettings: TrainerSettings {
    get throws(TrainingError) {
      let steps: Int
      switch (length, optimization.schedule) {
      case (.steps(let count), _): steps = count
      case (.epochs, .constant), (.epochs, .inverseSquareRoot): steps = Int(Int32.max)
      case (.epochs, _):
        throw TrainingError(
          .invalidValue, context: "schedule", expected: "steps instead of epochs, or a constant schedule",
          hint: "A rate that falls has to know where the run ends.")
      }
      return TrainerSettings(
        optimizer: optimization.optimizer, grouping: optimization.grouping,
        schedule: try LearningRateSchedule(
          peak: optimization.learningRate, warmUpSteps: min(optimization.warmUpSteps, steps), totalSteps: steps,
          shape: optimization.schedule),
        clipping: optimization.clipping, adversarial: adversarial, average: optimization.average,
        sharing: sharing, precision: precision.kept, seed: seed)
    }
  }
}

extension DataSource {
  fileprivate func taking(_ part: DataPart) -> DataSource {
    var source = self
    source.part = part
    return source
  }
}

extension Recipe {
  /// How the model's own matrices are held.
  var weightUse: WeightUse {
    switch (weights, precision) {
    case (.adapter(let choice), _):
      switch choice.base {
      case .f32: .trainingAll
      case .asStored: .training { _ in .stored }
      case .rounded(let rounding): .training { Recipe.isRounded($0) ? .rounded(rounding) : .float32 }
      }
    case (.full, .f32), (.biases, .f32): .trainingAll
    case (.full, .bf16), (.biases, .bf16): .trainingNarrow
    }
  }

  /// Whether a matrix of a base that is rounded is one of those that are: the linear maps of the layers, without the
  /// routers of experts. Tables of tokens and positions, the head, norms and biases stay as they are, as with
  /// bitsandbytes, which rounds the linear maps of a model except its head.
  private static func isRounded(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    return parts.contains("layers") && !parts.contains("router")
  }

  /// The type of what is written at the end.
  var writtenType: BlockFormat { precision.written }
}

extension TrainedWeights {
  /// The types of the model's own matrices.
  var base: AdapterChoice.Base {
    switch self {
    case .full, .biases: .f32
    case .adapter(let choice): choice.base
    }
  }

  /// The weights that change.
  ///
  /// - Throws: `invalidValue` for a pattern that fits nothing, `unsupported` when nothing is left.
  func chosen(from all: [Parameter]) throws(TrainingError) -> [Parameter] {
    switch self {
    case .full(let patterns):
      let frozen = patterns.map { ParameterPattern($0) }
      for pattern in frozen where !all.contains(where: { pattern.matches($0.name) }) {
        throw TrainingError(
          .invalidValue, context: "train.freeze: \"\(pattern)\"", expected: "a pattern that fits a weight",
          found: "none of \(all.count) fits", hint: all.first.map { "Names are like \"\($0.name)\"." } ?? "")
      }
      return all.filter { parameter in !frozen.contains { $0.matches(parameter.name) } }
    case .biases:
      let biases = all.filter { $0.name.hasSuffix(".bias") }
      guard !biases.isEmpty else {
        throw TrainingError(
          .unsupported, context: "train.method: bitfit", expected: "biases", found: "none in the model")
      }
      return biases
    case .adapter:
      throw TrainingError(.unsupported, context: "train.method", expected: "a session with adapters")
    }
  }
}
