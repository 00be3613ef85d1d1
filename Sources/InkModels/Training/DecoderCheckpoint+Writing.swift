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
    let output = CheckpointOutput(tensors: try exported(parameters), config: config, type: type)
    try output.write(to: destination) { (folder) throws(FormatError) in
      if let companions {
        _ = try folder.copyCompanions(of: companions, except: ["config.json"])
      } else {
        switch origin {
        case .folder(let stored): _ = try folder.copyCompanions(of: stored.path, except: ["config.json"])
        case .gguf(let model, _): _ = try CheckpointTokenizer(model.metadata).write(into: folder)
        case .fresh: break
        }
      }
      if let template { try folder.write(Array(template.utf8), to: "chat_template.jinja") }
    }
  }
}
