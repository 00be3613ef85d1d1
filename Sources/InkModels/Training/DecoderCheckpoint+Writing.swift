import InkFormats
package import InkTensor

extension DecoderCheckpoint {
  /// Writes the model with trained weights as a folder in Hugging Face layout, with the tokenizer's files of where it
  /// comes from.
  ///
  /// The folder appears whole or not at all.
  ///
  /// - Parameters:
  ///   - parameters: all weights of the model.
  ///   - companions: files of a tokenizer that was made for the model, copied instead of the origin's.
  ///   - template: the chat template that the model learned; nil leaves that of the companions.
  ///   - type: of all tensors, which the container can hold: f32, f16 or bf16.
  /// - Throws: `file` when something is there or cannot be written.
  package func write(
    _ parameters: [Parameter], to destination: String, companions: String? = nil, template: String? = nil,
    as type: BlockFormat = .f32
  ) throws(ModelLoadError) {
    let tensors = try exported(parameters)
    try convertingFiles { () throws(FormatError) in
      let output = try ExportFolder(destination)
      var settings = config
      settings[settings["dtype"] == nil ? "torch_dtype" : "dtype"] = .string(FolderRewriting.torchName(type))
      settings["quantization_config"] = nil
      try output.write(settings, to: "config.json")
      if let companions {
        _ = try output.copyCompanions(of: companions, except: ["config.json"])
      } else {
        switch origin {
        case .folder(let folder): _ = try output.copyCompanions(of: folder.path, except: ["config.json"])
        case .gguf(let model, _): _ = try CheckpointTokenizer(model.metadata).write(into: output)
        case .fresh: break
        }
      }
      if let template { try output.write(Array(template.utf8), to: "chat_template.jinja") }
      let plans = try PlannedTensor.rounding(tensors, to: type)
      _ = try SafetensorsWriter(sharding: .limit(5_000_000_000)).write(plans, intoFolder: output.path)
      _ = try output.finish()
    }
  }
}
