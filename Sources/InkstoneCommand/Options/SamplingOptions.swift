package import ArgumentParser
package import InkChat

/// How tokens are chosen.
package struct SamplingOptions: ParsableArguments {
  @Option(help: "Divides the logits; 0 always takes the most probable token.")
  package var temperature: Float = 0.7

  @Option(help: "Keep the K most probable tokens.")
  package var topK: Int?

  @Option(help: "Keep the most probable tokens up to this sum of probabilities, 0 to 1.")
  package var topP: Float?

  @Option(help: "Keep tokens at least this fraction as probable as the best one, 0 to 1.")
  package var minP: Float?

  @Option(help: "Keep the tokens of typical surprise up to this sum of probabilities, 0 to 1.")
  package var typicalP: Float?

  @Option(help: "Divide the logits of tokens that occurred by this; 1 changes nothing.")
  package var repetitionPenalty: Float?

  @Option(help: "Where the repetition penalty looks: everything, answer, or a number of last tokens.")
  package var repetitionWindow = PenaltyWindowArgument(window: .everything)

  @Option(help: "Subtract this from a token's logit once for each time it occurred.")
  package var frequencyPenalty: Float?

  @Option(help: "Subtract this from the logit of a token that occurred.")
  package var presencePenalty: Float?

  @Option(help: "Where these two penalties look: everything, answer, or a number of last tokens.")
  package var frequencyWindow = PenaltyWindowArgument(window: .answer)

  @Option(
    help: ArgumentHelp("Add a value to a token's logit, -inf forbids it; may be repeated.", valueName: "id:value"))
  package var logitBias: [LogitBiasArgument] = []

  @Option(help: "Makes the choice repeatable.")
  package var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "The steps in the order they are applied, with commas; a step that is not named is left out. "
        + "\(SamplingParameters.standardOrder.map(\.rawValue).joined(separator: ",")) when left out.",
      valueName: "steps"))
  package var samplingOrder: SamplingOrderArgument?

  package init() {}

  /// The parameters of the engine.
  package var parameters: SamplingParameters {
    SamplingParameters(
      temperature: temperature, topK: topK, topP: topP, minP: minP, typicalP: typicalP,
      repetitionPenalty: repetitionPenalty, repetitionWindow: repetitionWindow.window,
      frequencyPenalty: frequencyPenalty, presencePenalty: presencePenalty, frequencyWindow: frequencyWindow.window,
      logitBias: Dictionary(logitBias.map { ($0.token, $0.value) }, uniquingKeysWith: { _, last in last }), seed: seed,
      order: samplingOrder?.steps ?? SamplingParameters.standardOrder)
  }
}

/// `everything`, `answer` or a number of tokens.
package struct PenaltyWindowArgument: ExpressibleByArgument, Sendable, Equatable {
  /// What it stands for.
  package let window: PenaltyWindow

  /// An argument for a window.
  package init(window: PenaltyWindow) { self.window = window }

  package init?(argument: String) {
    switch argument {
    case "everything": window = .everything
    case "answer": window = .answer
    default:
      guard let count = Int(argument), count >= 0 else { return nil }
      window = .last(count)
    }
  }

  package var defaultValueDescription: String {
    switch window {
    case .everything: "everything"
    case .answer: "answer"
    case .last(let count): "\(count)"
    }
  }
}

/// A token id, a colon and a number.
package struct LogitBiasArgument: ExpressibleByArgument, Sendable, Equatable {
  /// The token's id.
  package let token: Int32
  /// What is added to its logit.
  package let value: Float

  package init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let token = Int32(parts[0]), token >= 0, let value = Float(parts[1]), !value.isNaN else {
      return nil
    }
    self.token = token
    self.value = value
  }
}

/// Steps of the sampler with commas between them, each at most once.
package struct SamplingOrderArgument: ExpressibleByArgument, Sendable, Equatable {
  /// The steps in order.
  package let steps: [SamplingParameters.Step]

  package init?(argument: String) {
    let names = argument.split(separator: ",").map { $0.filter { $0 != " " } }
    let steps = names.compactMap { SamplingParameters.Step(rawValue: $0) }
    guard steps.count == names.count, Set(steps).count == steps.count else { return nil }
    self.steps = steps
  }
}
