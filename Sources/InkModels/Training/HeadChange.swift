import InkFormats
import InkTensor

/// How the heads of an encoder differ from those that its checkpoint has.
package struct HeadChange: Sendable, Hashable {
  /// Parts of an encoder that stand on its body, as the names of their weights begin.
  package enum Head: String, Sendable, Hashable, CaseIterable {
    case pooler, masked, nextSentence, classifier

    /// Whether a weight of the model is of this part.
    package func has(_ name: String) -> Bool { name.hasPrefix("\(rawValue).") }
  }

  /// Heads whose weights are drawn.
  package private(set) var added: [Head] = []
  /// Heads of the checkpoint that are not part of the model.
  package private(set) var dropped: [Head] = []

  init(from old: EncoderOutputsSpec, to new: EncoderOutputsSpec) {
    let classifierStays = old.classifier == new.classifier
    let states: [(head: Head, had: Bool, has: Bool, stays: Bool)] = [
      (.pooler, old.pooler != .none, new.pooler != .none, old.pooler == new.pooler),
      (.masked, old.masked != nil, new.masked != nil, old.masked == new.masked),
      (.nextSentence, old.nextSentence != .none, new.nextSentence != .none, old.nextSentence == new.nextSentence),
      (.classifier, old.classifier != nil, new.classifier != nil, classifierStays),
    ]
    for state in states where !state.stays {
      if state.had { dropped.append(state.head) }
      if state.has { added.append(state.head) }
    }
  }

  /// What is done to the checkpoint, in a sentence for each; empty when nothing is.
  package var remarks: [String] {
    var remarks: [String] = []
    if !added.isEmpty { remarks.append("new weights: \(added.map(\.rawValue).joined(separator: ", "))") }
    let left = dropped.filter { !added.contains($0) }
    if !left.isEmpty { remarks.append("left out of the model: \(left.map(\.rawValue).joined(separator: ", "))") }
    return remarks
  }

  /// Whether a weight of the checkpoint is part of the model.
  func keeps(_ name: String) -> Bool { !dropped.contains { $0.has(name) } }

  /// Whether a weight of the model is drawn.
  package func adds(_ name: String) -> Bool { added.contains { $0.has(name) } }
}

/// The weights of a checkpoint with other heads: those that it lacks are drawn.
struct RefittedWeights: WeightSource {
  let base: any WeightSource
  let change: HeadChange
  let fresh: any WeightSource

  var path: String { base.path }

  var names: [String] { base.names.filter(change.keeps) }

  func contains(_ name: String) -> Bool { change.keeps(name) && base.contains(name) }

  func origin(of name: String) -> TensorInfo? { change.keeps(name) ? base.origin(of: name) : nil }

  func stored(_ name: String, shape: Shape) throws(FormatError) -> StoredTensor {
    change.adds(name) ? try fresh.stored(name, shape: shape) : try base.stored(name, shape: shape)
  }
}
