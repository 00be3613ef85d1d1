package import InkFormats
import InkTensor

extension ResolvedModel {
  /// How many weights the files hold once they are decoded; none is read for it.
  ///
  /// - Throws: what opening a folder or a GGUF file throws.
  package func parameterCount() throws(FormatError) -> Int {
    let weights: WeightInventory
    switch content {
    case .gguf(let paths):
      let model = try GGUFModel.open(paths.first ?? "")
      weights = WeightInventory(model.tensorNames.compactMap { model.info($0) })
    case .folder(let path):
      let folder = try ModelFolder.open(path)
      weights = WeightInventory(try folder.weights.open(), WeightDecoding(folder))
    }
    return weights.decoded.reduce(0) { $0 + $1.shape.elementCount }
  }
}

extension WeightDecoding {
  /// What the configuration of a folder says; as stored where it cannot be read.
  fileprivate init(_ folder: ModelFolder) {
    do { self = try ModelConfiguration(folder.config).weightDecoding() } catch { self = .asStored }
  }
}
