import InkFormats

/// Some tensors of a source under other names.
struct RenamedTensors: TensorSource {
  let path: String
  let tensorNames: [String]
  private let source: any TensorSource
  private let stored: [String: String]

  /// A part of a source.
  ///
  /// - Parameter names: new and old name of each tensor. Of two that would get the same name the first has it and the
  ///   second keeps its own, so that a loader names it as one that nothing reads.
  init(_ source: any TensorSource, names: [(new: String, old: String)]) {
    var stored: [String: String] = [:]
    var order: [String] = []
    for (new, old) in names {
      let name = stored[new] == nil ? new : old
      if stored.updateValue(old, forKey: name) == nil { order.append(name) }
    }
    self.source = source
    self.stored = stored
    path = source.path
    tensorNames = order
  }

  func find(_ name: String) -> StoredTensor? { stored[name].flatMap { source.find($0)?.named(name) } }
}
