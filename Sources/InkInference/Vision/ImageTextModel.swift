public import InkChat
public import InkFormats
public import InkModels
public import InkTensor
public import InkTokenizers

/// A model that tells how well pictures and texts fit (CLIP), with its tokenizer.
///
/// ```swift
/// let model = try ImageTextModel.load(folder: "clip-vit-base-patch32", cpu: CPU())
/// let picture = try RasterImage.decode(bytes)
/// let chances = try model.probabilities(of: ["a cat", "a dog"], for: [picture])[0]
/// ```
public final class ImageTextModel: Sendable {
  /// The towers.
  public let model: ClipModel
  /// Text to token ids.
  public let tokenizer: Tokenizer

  /// A model from its parts.
  public init(model: ClipModel, tokenizer: Tokenizer) {
    self.model = model
    self.tokenizer = tokenizer
  }

  /// Loads a model folder in Hugging Face layout.
  ///
  /// - Throws: when the files are damaged, of another family, or the tokenizer cannot be read; the message names the
  ///   place.
  public static func load(folder path: String, cpu: CPU) throws(ModelLoadError) -> ImageTextModel {
    let folder: ModelFolder
    do { folder = try ModelFolder.open(path) } catch { throw ModelLoadError(error, as: .file) }
    return ImageTextModel(
      model: try ClipModel.load(folder, cpu: cpu), tokenizer: try StoredTokenizer.tokenizer(of: folder))
  }

  /// One vector of length one for each text, in order.
  ///
  /// - Throws: `contextExceeded` for a text longer than the model reads; `invalidInput` where the tokenizer's ids are not
  ///   the model's.
  public func embed(texts: [String]) throws(GenerationError) -> [[Float]] {
    var tokens: [[Int32]] = []
    for (index, text) in texts.enumerated() {
      let encoded = tokenizer.encode(text)
      try check(encoded, "text \(index)")
      tokens.append(encoded)
    }
    return rows(model.embed(texts: tokens))
  }

  /// One vector of length one for each picture, in order.
  ///
  /// - Throws: `unsupported` when the model's files do not say how pictures are scaled; `invalidInput` for a picture that
  ///   cannot be.
  public func embed(images: [RasterImage]) throws(GenerationError) -> [[Float]] {
    guard let preprocessing = model.preprocessing else {
      throw GenerationError(
        code: .unsupported, context: "images", expected: "preprocessor_config.json among the model's files",
        found: "none", hint: "It says how pictures are scaled; copy it from where the model was published.")
    }
    var pixels: [Tensor] = []
    for (index, image) in images.enumerated() {
      do { pixels.append(try preprocessing(image)) } catch {
        throw GenerationError(
          code: .invalidInput, context: "image \(index)", expected: error.expected, found: error.found,
          hint: error.hint)
      }
    }
    return rows(model.embed(images: pixels))
  }

  /// How well each text fits each picture: `[image][text]`, cosines times the model's scale.
  public func scores(of texts: [String], for images: [RasterImage]) throws(GenerationError) -> [[Float]] {
    let (left, right) = (try embed(images: images), try embed(texts: texts))
    let width = model.spec.projectionWidth
    return rows(
      model.logits(
        images: Tensor(left.flatMap { $0 }, shape: [left.count, width]),
        texts: Tensor(right.flatMap { $0 }, shape: [right.count, width])))
  }

  /// For each picture the probabilities of the texts, if one of them is right: `[image][text]`.
  public func probabilities(of texts: [String], for images: [RasterImage]) throws(GenerationError) -> [[Float]] {
    try scores(of: texts, for: images).map { row in
      let largest = row.max() ?? 0
      let weights = row.map { ClipModel.exponential(Double($0 - largest)) }
      let sum = weights.reduce(0, +)
      return weights.map { Float($0 / sum) }
    }
  }

  private func check(_ tokens: [Int32], _ context: String) throws(GenerationError) {
    switch model.spec.text.check(tokens) {
    case nil: return
    case .tooLong(let limit):
      throw GenerationError(
        code: .contextExceeded, context: context, expected: "at most \(limit) tokens", found: "\(tokens.count)",
        hint: "Shorten the text.")
    case .empty:
      throw GenerationError(code: .invalidInput, context: context, expected: "at least one token", found: "none")
    case .token(let token):
      throw GenerationError(
        code: .invalidInput, context: context, expected: "ids below \(model.spec.text.vocabulary)", found: "\(token)",
        hint: "The tokenizer does not belong to this model.")
    case .noEnd(let end):
      throw GenerationError(
        code: .invalidInput, context: context, expected: "the token \(end) at the end", found: "none",
        hint: "The tokenizer does not belong to this model.")
    }
  }

  private func rows(_ tensor: Tensor) -> [[Float]] { (0..<tensor.shape[0]).map { tensor[$0].toArray() } }
}
