extension Recipe {
  /// What it says that comes to nothing, though it can be run.
  var remarks: [String] { [unfinishedWarmUp, unmeasured, unkeptBase].compactMap { $0 } }

  private var unfinishedWarmUp: String? {
    guard let steps = stepCount, optimization.warmUpSteps > steps else { return nil }
    return
      "schedule.warmup: the rate rises for \(optimization.warmUpSteps) steps, but the run has \(steps), so that it never "
      + "reaches \(optimization.learningRate); --set schedule.warmup=\(max(steps / 10, 1)) shortens it"
  }

  private var unmeasured: String? {
    guard evaluation.isUnusual, validationSources.isEmpty, protection?.sources.isEmpty ?? true else { return nil }
    return "evaluation: nothing is measured, as the recipe has neither validation nor guard; "
      + "--set validation.fraction=0.05 holds out a part of the data"
  }

  private var unkeptBase: String? {
    switch (model, weights) {
    case (.fresh, .adapter):
      "train: the adapter stands beside weights that are drawn by the seed and written nowhere"
    case (.fresh, .full), (.fresh, .biases), (.stored, _): nil
    }
  }
}
