import InkFormats
import InkModels
import InkNN
import InkTensor

extension TrainingBase {
  /// Refuses a run that needs more memory than there is whatever its texts are, before any of it is drawn, read or touched.
  ///
  /// Only what is needed for certain is counted: the weights, where all are trained what belongs to them, and rows of the
  /// residual stream where texts fill them. A run that passes may still be too large; its plan tells.
  ///
  /// - Parameter memory: what the machine has, in bytes.
  /// - Throws: `memory`, naming the settings that are too large; what the model throws.
  package func requireRoom(for recipe: Recipe, in memory: Int = MachineMemory.byteCount) throws(TrainingError) {
    // What stays packed as it is stored is no larger than its file.
    if case .asStored = recipe.weights.base { return }
    let room = WeightRoom()
    let weights: [Parameter]
    do { weights = try parameters(for: recipe, in: room) } catch {
      guard room.isExceeded else { throw TrainingError(error) }
      throw tooLarge(recipe, "a model that fits into the \(memory) bytes of this machine", error.found)
    }
    let needed = try TrainingBase.byteCount(of: weights, recipe)
    guard needed <= memory else {
      throw tooLarge(
        recipe, "at most \(memory) bytes, the memory of this machine",
        "\(needed) bytes for \(weights.elementCount) weights and what training them needs")
    }
    let rows = rowBytes(of: recipe)
    let (batch, overflow) = recipe.leastTokens.multipliedReportingOverflow(by: rows)
    guard !overflow, batch <= memory - needed else {
      throw TrainingError(
        .outOfMemory, context: "batch.size",
        expected: "rows that fit into the \(memory) bytes of this machine beside \(needed) for the weights",
        found: "\(recipe.leastTokens) tokens at a time, of at least \(rows) bytes each",
        hint:
          "Make batch.size or sequence.length smaller, or batch.accumulate larger; train --plan predicts the memory.")
    }
  }

  /// The weights that are f32 or bf16, without numbers.
  private func parameters(for recipe: Recipe, in room: WeightRoom) throws(ModelLoadError) -> [Parameter] {
    let cpu = CPU.planning(threads: 1)
    switch self {
    case .decoder(let checkpoint):
      return try checkpoint.planned(in: room).load(use: recipe.weightUse, on: cpu).parameters
    case .encoder(let checkpoint):
      return try checkpoint.planned(in: room).load(use: recipe.weightUse, on: cpu).parameters
    case .encoderDecoder(let checkpoint):
      return try checkpoint.planned(in: room).load(use: recipe.weightUse, on: cpu).parameters
    }
  }

  /// Weights, and beside those that are all trained what the optimizer remembers, their mean, and their gradients where
  /// these wait for each other.
  private static func byteCount(of weights: [Parameter], _ recipe: Recipe) throws(TrainingError) -> Int {
    guard recipe.weights == .full(freeze: []), recipe.sharing == nil else { return weights.byteCount }
    let settings = try recipe.trainerSettings
    var count = weights.byteCount + (try Optimizer.stateByteCount(settings.optimizer, of: weights))
    if settings.average != nil { count += 4 * weights.elementCount }
    if settings.updateTime(processes: 1, ranks: nil) == .afterAllGradients { count += 4 * weights.elementCount }
    return count
  }

  /// What a token takes until its gradients come back: the input of each layer, if all layers are trained.
  private func rowBytes(of recipe: Recipe) -> Int {
    let (width, layers) =
      switch self {
      case .decoder(let checkpoint): (checkpoint.spec.width, checkpoint.spec.layers.count)
      case .encoder(let checkpoint): (checkpoint.spec.width, checkpoint.spec.layers.count)
      case .encoderDecoder(let checkpoint): (checkpoint.spec.width, checkpoint.spec.encoder.layers.count)
      }
    return (recipe.precision == .bf16 ? 2 : 4) * width * (recipe.weights == .full(freeze: []) ? layers : 1)
  }

  private func tooLarge(_ recipe: Recipe, _ expected: String, _ found: String) -> TrainingError {
    switch recipe.model {
    case .stored(let name):
      TrainingError(
        .outOfMemory, context: "model.path: \(name)", expected: expected, found: found,
        hint: "Train an adapter beside a base in 4 bits (train.method: lora, base: nf4), or a smaller model.")
    case .fresh(let config, _):
      TrainingError(
        .outOfMemory, context: config.largestNumber.map { "model.config.\($0)" } ?? "model.config", expected: expected,
        found: found, hint: "Make the model narrower or shallower: this is the largest number of its configuration.")
    }
  }
}

extension Recipe {
  /// Tokens that are computed together at least: those of rows that texts fill, and one of rows of their own. A run that
  /// ends with its texts may have fewer.
  fileprivate var leastTokens: Int {
    guard stepCount != nil else { return 0 }
    let rows = (batch.size - 1) / batch.accumulate + 1
    return switch sequence.packing {
    case .none: rows
    // No two rows fit into one.
    case .pack: rows * sequence.length / 2
    case .concatenate: rows * sequence.length
    }
  }
}

extension JSONObject {
  /// The key of the largest number.
  fileprivate var largestNumber: String? {
    var largest: (key: String, number: Double)?
    for key in keys {
      guard case .number(let text)? = self[key], let number = Double(text), number > largest?.number ?? 0 else {
        continue
      }
      largest = (key, number)
    }
    return largest?.key
  }
}
