public import InkFormats

extension Llava {
  /// The names of the vision tower and the projector; those of the decoder are its family's.
  ///
  /// - Parameter storedLayers: the layers of the tower in the file.
  public static func huggingFaceWeights(_ spec: VisionLanguageSpec, storedLayers: Int) -> WeightMap {
    WeightMap(
      ["vision_tower.vision_model.", "vision_tower."].flatMap {
        WeightMap.clipVision($0, spec.vision, storedLayers: storedLayers, to: "vision.")
      } + [
        .rename(
          "multi_modal_projector.{linear_1,linear_2}.{weight,bias}", to: "projector.{first,second}.{weight,bias}")
      ])
  }

  /// The parts of a checkpoint: the decoder's tensors under the names of its own family, and the others.
  ///
  /// Both orders of names occur, `language_model.model.` of published files and `model.language_model.` of newer ones.
  static func parts(_ source: any TensorSource) -> (decoder: RenamedTensors, vision: RenamedTensors) {
    var decoder: [(String, String)] = []
    var vision: [(String, String)] = []
    for name in source.tensorNames {
      if name.hasPrefix("language_model.") {
        decoder.append((String(name.dropFirst("language_model.".count)), name))
      } else if name.hasPrefix("model.language_model.") {
        decoder.append(("model." + name.dropFirst("model.language_model.".count), name))
      } else if name == "lm_head.weight" {
        decoder.append((name, name))
      } else {
        vision.append((name.hasPrefix("model.") ? String(name.dropFirst("model.".count)) : name, name))
      }
    }
    return (RenamedTensors(source, names: decoder), RenamedTensors(source, names: vision))
  }
}
