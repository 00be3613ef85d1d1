package import InkFormats

extension AdapterMerge {
  /// Writes a model folder with the adapter merged into it: all tensors, and the other files of the base. The folder
  /// appears whole or not at all.
  ///
  /// - Throws: as ``changes(of:)``, and `file` when something is there or cannot be written.
  package func write(_ folder: ModelFolder, to destination: String) throws(AdapterError) -> MergeReport {
    let weights = try AdapterError.converting { () throws(FormatError) in try folder.weights.open() }
    let (changed, report) = try changes(of: weights)
    let byName = Dictionary(changed.map { ($0.name, $0) }) { first, _ in first }
    try AdapterError.converting { () throws(FormatError) in
      let output = try ExportFolder(destination)
      _ = try output.copyCompanions(of: folder.path)
      var plans: [PlannedTensor] = []
      for name in weights.tensorNames {
        if let own = byName[name] {
          plans.append(PlannedTensor(own))
        } else {
          plans.append(PlannedTensor(try weights.stored(name)))
        }
      }
      _ = try SafetensorsWriter().write(plans, intoFolder: output.path)
      _ = try output.finish()
    }
    return report
  }
}
