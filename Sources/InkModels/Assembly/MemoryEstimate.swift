package import InkFormats
import InkTensor

/// What a model will keep in memory, told from its spec and the types of its tensors before anything is loaded.
///
/// The program itself and the tokenizer come on top.
public struct MemoryEstimate: Sendable, Hashable {
  /// Bytes of the weights as they are packed for the kernels.
  public let weights: Int
  /// Bytes of keys and values for one token of one sequence.
  public let cachePerToken: Int
  /// Bytes of the keys and values of all sequences.
  public let cache: Int
  /// Bytes of what lies between the layers while a prompt is read.
  public let workspace: Int

  /// All of it.
  public var total: Int { weights + cache + workspace }

  /// An estimate for sequences that fill a context, of any model.
  ///
  /// - Parameters:
  ///   - tensors: the weights, which are held as what they are decoded to.
  ///   - context: tokens of each sequence; of a model that writes a target from a source those of each.
  ///   - batch: sequences at a time.
  ///   - rows: tokens that are computed together: of a prompt, or of texts that are read at once.
  package init(model: ModelSpec, tensors: WeightInventory, context: Int, batch: Int, rows: Int) {
    switch model {
    case .decoder(let spec):
      self.init(spec: spec, tensors: tensors, context: context, batch: batch, rows: rows)
    case .encoder(let spec):
      self.init(tensors: tensors, rows: MemoryEstimate.together(context, batch, rows), widest: spec.widestRow)
    case .encoderDecoder(let spec):
      let layouts = [spec.decoder.cacheLayout, spec.decoder.sourceLayout]
      self.init(
        tensors: tensors, rows: MemoryEstimate.together(context, batch, rows), widest: spec.encoder.widestRow,
        logits: 2 * spec.vocabulary, cachePerToken: layouts.reduce(0) { $0 + $1.bytesPerToken },
        cache: MemoryEstimate.product(MemoryEstimate.pages(context), layouts.reduce(0) { $0 + $1.pageByteCount }, batch)
      )
    case .pictureReader(let spec):
      let text = MemoryEstimate(spec: spec.decoder, tensors: tensors, context: context, batch: batch, rows: rows)
      let picture = MemoryEstimate(
        tensors: WeightInventory([]), rows: spec.vision.patchCount + 1, widest: spec.vision.widestRow)
      self.init(
        weights: text.weights, cachePerToken: text.cachePerToken, cache: text.cache,
        workspace: max(text.workspace, picture.workspace))
    case .twoTowers(let spec):
      self.init(
        tensors: tensors, rows: MemoryEstimate.product(batch, spec.vision.patchCount + 1), widest: spec.vision.widestRow
      )
    }
  }

  private init(weights: Int, cachePerToken: Int, cache: Int, workspace: Int) {
    self.weights = weights
    self.cachePerToken = cachePerToken
    self.cache = cache
    self.workspace = workspace
  }

  /// A step of `rows` rows, of which the widest layer needs `widest` elements each.
  private init(
    tensors: WeightInventory, rows: Int, widest: Int, logits: Int = 0, cachePerToken: Int = 0, cache: Int = 0
  ) {
    self.init(
      weights: tensors.decoded.reduce(0) { $0 + MemoryEstimate.resident($1) }, cachePerToken: cachePerToken,
      cache: cache,
      workspace: MemoryEstimate.product(4, rows, widest) + 4 * logits)
  }

  /// The rows of the largest step: texts are read in groups, and a longer one alone.
  private static func together(_ context: Int, _ batch: Int, _ rows: Int) -> Int {
    let (all, overflow) = context.multipliedReportingOverflow(by: batch)
    return overflow ? max(context, rows) : min(all, max(context, rows))
  }

  /// A product of sizes that come from a file; what no machine has stays a number that others can be added to.
  private static func product(_ sizes: Int...) -> Int {
    let most = Int.max >> 4
    return sizes.reduce(1) { product, size in
      let (result, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? most : min(result, most)
    }
  }

  private static func pages(_ context: Int) -> Int {
    (context + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
  }

  /// An estimate for sequences that fill a context.
  ///
  /// - Parameters:
  ///   - context: tokens of each sequence.
  ///   - batch: sequences at a time.
  ///   - rows: tokens of a prompt that are computed together.
  ///   - cacheFormat: how keys and values are kept.
  package init(
    spec: DecoderSpec, tensors: WeightInventory, context: Int, batch: Int, rows: Int,
    cacheFormat: LoadingOptions.CacheFormat = .automatic
  ) {
    weights = tensors.decoded.reduce(0) { $0 + MemoryEstimate.resident($1) }
    // The cache is as precise as what is stored.
    let isExact = tensors.stored.contains { info in
      info.shape.rank > 1 && !MemoryEstimate.isRouter(info.name)
        && (info.type == .dense(.f32) || info.type == .dense(.f64))
    }
    let layout = spec.cacheLayout(element: cacheFormat.element(hasExactWeights: isExact))
    cachePerToken = layout.bytesPerToken
    cache = MemoryEstimate.product(MemoryEstimate.pages(context), layout.pageByteCount, batch)
    let widest = spec.layers.map { 4 * spec.width + $0.innerElements }.max() ?? 0
    workspace = MemoryEstimate.product(4, min(rows, max(context, 1)), widest) + 8 * spec.vocabulary
  }

  private static func isRouter(_ name: String) -> Bool {
    name.contains("ffn_gate_inp") || name.hasSuffix("mlp.gate.weight") || name.hasSuffix("block_sparse_moe.gate.weight")
  }

  /// The bytes of a tensor once it is loaded: vectors become f32, matrices panels of 16 rows.
  private static func resident(_ info: TensorInfo) -> Int {
    let shape = info.shape
    // A panel of rows that are not there would be counted by their length, which nothing in a file bounds.
    guard shape.rank > 1, shape.elementCount > 0 else { return shape.elementCount * 4 }
    let format: BlockFormat
    switch info.type {
    case .packed(let packed): format = packed
    case .dense(.f16): format = .f16
    case .dense(.bf16): format = .bf16
    case .dense: format = .f32
    }
    // The experts of a stack are matrices of their own.
    let slices = shape.array.dropLast(2).reduce(1, *)
    return slices * PackedMatrix.byteCount(packing: format, outputs: shape[-2], inputs: shape[-1])
  }
}

extension EncoderSpec {
  /// Elements of a row in the widest layer: the states before and behind it, and what its parts compute.
  fileprivate var widestRow: Int { layers.map { $0.rowElements(width: width) }.max() ?? 4 * width }
}

extension VisionSpec {
  fileprivate var widestRow: Int { layers.map { $0.rowElements(width: width) }.max() ?? 4 * width }
}

extension EncoderLayerSpec {
  fileprivate func rowElements(width: Int) -> Int {
    let inner = attention.heads * attention.headWidth
    // Keys and values also lie in pages, as long as the step lasts.
    return 4 * width + 5 * inner + feedForward.rowElements
  }
}

extension FeedForwardSpec {
  /// Elements of a row inside the part.
  fileprivate var rowElements: Int {
    switch self {
    case .plain(_, let width, _): 2 * width
    case .gated(_, let width, _): 3 * width
    case .experts(let experts): 3 * experts.width * experts.router.chosen
    }
  }
}

extension LayerSpec {
  /// Elements of a row inside the two parts of the layer.
  fileprivate var innerElements: Int {
    let mixer: Int
    switch self.mixer {
    case .grouped(let attention): mixer = 3 * attention.heads * attention.headWidth
    case .latent(let attention):
      mixer = attention.heads * (2 * attention.keyValueRank + 2 * attention.contentWidth + attention.valueWidth)
    }
    return mixer + feedForward.rowElements
  }
}
