public import InkData
import Yams

/// What a run is measured on.
public enum Validation: Sendable, Hashable {
  /// Nothing.
  case none
  /// A share of the records, which are not trained on.
  case fraction(Double)
  /// Sources of its own.
  case sources([DataSource])

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    guard let node = reader.node("validation") else {
      self = .none
      return
    }
    if node.mapping?["fraction"] != nil {
      var part = try RecipeReader(node, reader.origin, path: reader.place(of: "validation"))
      guard let fraction = try part.number("fraction", in: 1e-6...0.9) else {
        throw part.error("fraction", expected: "a share of the records")
      }
      try part.finish()
      self = .fraction(fraction)
    } else {
      self = .sources(try DataSource.sources(of: "validation", &reader))
    }
  }
}
