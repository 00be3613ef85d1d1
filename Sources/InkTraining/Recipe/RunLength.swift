/// When a run ends.
public enum RunLength: Sendable, Hashable {
  case steps(Int)
  /// Passes over the data.
  case epochs(Int)

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    let steps = try reader.integer("steps", in: 1...1 << 40)
    let epochs = try reader.integer("epochs", in: 1...1 << 20)
    switch (steps, epochs) {
    case (let steps?, nil): self = .steps(steps)
    case (nil, let epochs?): self = .epochs(epochs)
    case (nil, nil): throw reader.error("steps", expected: "either steps or epochs")
    case (_?, _?): throw reader.error("steps", expected: "either steps or epochs", found: "both")
    }
  }
}
