package import ArgumentParser
package import InkModels

/// What is changed of a model when it is loaded.
package struct LoadingArguments: ParsableArguments {
  /// Ways to stretch rotary positions.
  package enum RopeScaling: String, ExpressibleByArgument, CaseIterable {
    case none, linear, dynamic, yarn
  }

  @Option(help: "Stretch rotary positions in this way instead of the model's own.")
  package var ropeScaling: RopeScaling?

  @Option(help: "How much longer the context becomes by stretching.")
  package var ropeFactor = 2.0

  @Option(help: "Positions of pretraining, where they are not those of the model's files.")
  package var ropeOriginalContext: Int?

  @Option(help: "Positions that are allowed instead of those the model was trained for.")
  package var maxContext: Int?

  package init() {}

  package func validate() throws {
    if !(ropeFactor >= 1 && ropeFactor <= 1e6) {
      throw ValidationError("--rope-factor: expected 1 to 1000000, found \(ropeFactor).")
    }
    for (name, value) in [("--rope-original-context", ropeOriginalContext), ("--max-context", maxContext)] {
      if let value, !(1...1 << 28).contains(value) {
        throw ValidationError("\(name): expected 1 to \(1 << 28), found \(value).")
      }
    }
  }

  /// The options that were asked for.
  package var options: LoadingOptions {
    LoadingOptions(stretch: stretch, originalContext: ropeOriginalContext, contextLength: maxContext)
  }

  private var stretch: LoadingOptions.RotaryStretch? {
    guard let ropeScaling else { return nil }
    switch ropeScaling {
    case .none: return LoadingOptions.RotaryStretch.none
    case .linear: return .linear(factor: ropeFactor)
    case .dynamic: return .dynamicNTK(factor: ropeFactor)
    case .yarn: return .yarn(factor: ropeFactor)
    }
  }
}
