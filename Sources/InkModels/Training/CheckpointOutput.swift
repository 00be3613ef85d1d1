import InkFormats
import InkTensor

/// A trained model on its way into a folder in Hugging Face layout, which appears whole or not at all.
struct CheckpointOutput {
  /// Under the names and in the layout of the family's checkpoints.
  let tensors: [StoredTensor]
  /// What becomes `config.json`.
  let config: JSONObject
  /// Of all tensors: f32, f16 or bf16.
  let type: BlockFormat

  /// Writes the folder.
  ///
  /// - Parameter files: writes what belongs to the model beside its configuration and its weights.
  /// - Throws: `file` when something is there or cannot be written.
  func write(
    to destination: String, with files: (ExportFolder) throws(FormatError) -> Void
  ) throws(ModelLoadError) {
    try convertingFiles { () throws(FormatError) in
      let output = try ExportFolder(destination)
      try output.write(config.stating(type), to: "config.json")
      try files(output)
      let plans = try PlannedTensor.rounding(tensors, to: type)
      _ = try SafetensorsWriter(sharding: .limit(5_000_000_000)).write(plans, intoFolder: output.path)
      _ = try output.finish()
    }
  }
}

extension JSONObject {
  /// The configuration of the same model with weights of another type; scales that were applied are no longer described.
  func stating(_ type: BlockFormat) -> JSONObject {
    var object = self
    object["quantization_config"] = nil
    object[object["dtype"] == nil ? "torch_dtype" : "dtype"] = .string(FolderRewriting.torchName(type))
    return object
  }
}

extension WeightMap {
  /// The tensors of a model under the names and in the layout of the checkpoints that the map reads.
  ///
  /// - Throws: `missingTensor` when a part of a fused tensor is left out.
  func checkpointTensors(of tensors: [(name: String, value: Tensor)]) throws(ModelLoadError) -> [StoredTensor] {
    do throws(FormatError) {
      return try export(
        TensorCollection(tensors.map { StoredTensor(name: $0.name, $0.value) }, path: "the model"))
    } catch { throw ModelLoadError(error) }
  }
}
