import InkNN
package import InkTensor

/// A decoder with the parts that make rows of its prompt from pictures.
public struct VisionLanguageModel: Sendable {
  /// What the model was built from.
  public let spec: VisionLanguageSpec
  /// What a picture goes through first; nil when the files do not say.
  public let preprocessing: ImagePreprocessing?
  package let decoder: DecoderLM
  private let tower: VisionTower
  private let projector: Projector

  /// Two linear maps with an activation between them.
  struct Projector: Sendable {
    let spec: ProjectorSpec
    let first: Linear
    let second: Linear
  }

  init(
    spec: VisionLanguageSpec, preprocessing: ImagePreprocessing?, decoder: DecoderLM, tower: VisionTower,
    projector: Projector
  ) {
    self.spec = spec
    self.preprocessing = preprocessing
    self.decoder = decoder
    self.tower = tower
    self.projector = projector
  }

  /// What pictures become in the prompt, picture after picture: [pictures * rowsPerImage, width of the decoder].
  ///
  /// - Parameter pixels: of each picture, [3, imageSize, imageSize], preprocessed; another shape is a programmer's error.
  package func rows(of pixels: [Tensor], on cpu: CPU) -> Tensor {
    var states: [Int: Tensor] = [:]
    _ = tower.states(
      of: pixels, observer: { if projector.spec.layers.contains($0) { states[$0] = $1 } }, on: cpu)
    let elements = projector.spec.layers.map { states[$0]?.toArray() ?? [] }
    let width = spec.vision.width
    let skipped = tower.rowsPerImage - spec.rowsPerImage
    var rows: [Float] = []
    rows.reserveCapacity(pixels.count * spec.rowsPerImage * width * elements.count)
    for image in pixels.indices {
      for row in skipped..<tower.rowsPerImage {
        let start = (image * tower.rowsPerImage + row) * width
        for state in elements { rows.append(contentsOf: state[start..<start + width]) }
      }
    }
    let selected = Tensor(rows, shape: [pixels.count * spec.rowsPerImage, width * elements.count])
    let inner = cpu.activate(projector.first(selected, on: cpu), projector.spec.activation)
    return projector.second(inner, on: cpu)
  }
}
