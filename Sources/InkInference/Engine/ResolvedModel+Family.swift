package import InkFormats
import InkModels

extension ResolvedModel {
  /// What the files of a model call its family.
  package enum FamilyTitle: Sendable, Hashable {
    /// `model_type` of a folder's `config.json`.
    case modelType(String)
    /// `general.architecture` of a GGUF file.
    case architecture(String)
  }

  /// What the files call the family; nil where they name none.
  ///
  /// - Throws: when the files that say so cannot be read.
  package var family: FamilyTitle? {
    get throws(ModelLoadError) {
      do {
        switch content {
        case .folder(let path):
          guard let name = try ModelFolder.open(path).config["model_type"].ifPresent else { return nil }
          return .modelType(try name.string)
        case .gguf(let paths):
          guard let path = paths.first else { return nil }
          let metadata = try GGUFModel.open(path).metadata
          guard metadata.contains("general.architecture") else { return nil }
          return .architecture(try metadata.string(for: "general.architecture"))
        }
      } catch { throw ModelLoadError(error, as: .file) }
    }
  }

  /// Whether the files hold an encoder, by the family that they name. A family that is also one of encoders with a decoder
  /// is taken for that.
  package var holdsEncoder: Bool {
    get throws(ModelLoadError) {
      if try SequenceToSequenceModel.isStored(in: self) { return false }
      return switch try family {
      case .modelType(let name)?: EncoderRegistry.encoders.contains { $0.modelTypes.contains(name) }
      case .architecture(let name)?: EncoderRegistry.encoders.contains { $0.architectures.contains(name) }
      case nil: false
      }
    }
  }
}
