/// When a run ends.
public enum RunLength: Sendable, Hashable {
  /// Updates.
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
    case (let steps?, let epochs?):
      // What the command line says takes the place of what the file says in other words.
      switch (reader.isSet("steps"), reader.isSet("epochs")) {
      case (true, false): self = .steps(steps)
      case (false, true): self = .epochs(epochs)
      case (false, false), (true, true):
        throw reader.error("steps", expected: "either steps or epochs", found: "both")
      }
    }
  }
}
