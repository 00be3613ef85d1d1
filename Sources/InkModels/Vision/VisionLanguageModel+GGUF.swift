package import InkFormats
package import InkTensor

extension VisionLanguageModel {
  /// Puts a model together from a GGUF file of the language model and the one beside it that reads pictures
  /// (`mmproj`).
  ///
  /// - Throws: `unsupported` for another projector than LLaVA's, `invalidConfiguration` for files that do not belong
  ///   together, and as the loader of decoders does.
  package static func load(
    _ text: GGUFModel, projector: GGUFModel, options: LoadingOptions = LoadingOptions(), cpu: CPU
  ) throws(ModelLoadError) -> VisionLanguageModel {
    let decoder = try DecoderLM.load(text, options: options, cpu: cpu)
    let (spec, settings, storedLayers) = try Llava.spec(projector, text: text, decoder: decoder.spec)
    let preprocessing = try ImagePreprocessing(projector, size: spec.vision.imageSize)
    try preprocessing.check(for: spec.vision)
    let weights: MappedWeights
    do {
      let map = WeightMap.clipGGUF(spec.vision, storedLayers: storedLayers, feedForwardNames(projector, spec.vision))
      weights = try map.load(projector)
      try weights.requireComplete()
    } catch { throw ModelLoadError(error) }
    return try assemble(spec, settings, weights, preprocessing: preprocessing, decoder: decoder, cpu: cpu)
  }

  /// Whether what is called the way down widens.
  private static func feedForwardNames(_ projector: GGUFModel, _ spec: VisionSpec) -> WeightMap.FeedForwardNames {
    guard let shape = projector.info("v.blk.0.ffn_down.weight")?.shape, shape.rank == 2 else { return .ordered }
    return shape[1] == spec.width && shape[0] != spec.width ? .swapped : .ordered
  }
}

extension ImagePreprocessing {
  /// The preprocessing that a GGUF file describes: the checkpoint's own where it is kept, otherwise what llama.cpp
  /// does for LLaVA, which pads to a square and scales that.
  init(_ projector: GGUFModel, size: Int) throws(ModelLoadError) {
    let metadata = projector.metadata
    if metadata.contains(Llava.OwnKey.preprocessing) {
      let node: JSONNode
      do {
        let text = try metadata.string(for: Llava.OwnKey.preprocessing)
        node = try JSONDocument(Array(text.utf8), file: "\(projector.path): \(Llava.OwnKey.preprocessing)").root
      } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
      self = try ImagePreprocessing(ModelConfiguration(node))
      return
    }
    var statistics: [[Float]] = []
    for key in ["clip.vision.image_mean", "clip.vision.image_std"] {
      let numbers: [Float]
      do { numbers = try metadata.floats(for: key) } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
      guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
        throw ModelLoadError(
          .invalidConfiguration, context: "\(projector.path): \(key)", expected: "a number for red, green and blue",
          found: "\(numbers.count)")
      }
      statistics.append(numbers)
    }
    guard !statistics[1].contains(0) else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(projector.path): clip.vision.image_std", expected: "numbers other than zero",
        found: "0")
    }
    self.init(
      padding: .square, scaling: .exact(width: size, height: size),
      normalization: Normalization(mean: statistics[0], deviation: statistics[1]))
  }
}
