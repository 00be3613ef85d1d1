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

  /// An estimate for sequences that fill a context.
  ///
  /// - Parameters:
  ///   - context: tokens of each sequence.
  ///   - batch: sequences at a time.
  ///   - rows: tokens of a prompt that are computed together.
  ///   - cacheFormat: how keys and values are kept.
  package init(
    spec: DecoderSpec, tensors: [TensorInfo], context: Int, batch: Int, rows: Int,
    cacheFormat: LoadingOptions.CacheFormat = .automatic
  ) {
    weights = tensors.reduce(0) { $0 + MemoryEstimate.resident($1) }
    let isExact = tensors.contains { info in
      info.shape.rank > 1 && !MemoryEstimate.isRouter(info.name)
        && (info.type == .dense(.f32) || info.type == .dense(.f64))
    }
    let layout = spec.cacheLayout(element: cacheFormat.element(hasExactWeights: isExact))
    cachePerToken = layout.bytesPerToken
    let pages = (context + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
    cache = pages * layout.pageByteCount * batch
    let widest = spec.layers.map { 4 * spec.width + $0.innerElements }.max() ?? 0
    workspace = 4 * (min(rows, max(context, 1)) * widest + 2 * spec.vocabulary)
  }

  private static func isRouter(_ name: String) -> Bool {
    name.contains("ffn_gate_inp") || name.hasSuffix("mlp.gate.weight") || name.hasSuffix("block_sparse_moe.gate.weight")
  }

  /// The bytes of a tensor once it is loaded: vectors become f32, matrices panels of 16 rows.
  private static func resident(_ info: TensorInfo) -> Int {
    let shape = info.shape
    guard shape.rank > 1, shape[-1] > 0 else { return shape.elementCount * 4 }
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

extension LayerSpec {
  /// Elements of a row inside the two parts of the layer.
  fileprivate var innerElements: Int {
    let mixer: Int
    switch self.mixer {
    case .grouped(let attention): mixer = 3 * attention.heads * attention.headWidth
    case .latent(let attention):
      mixer = attention.heads * (2 * attention.keyValueRank + 2 * attention.contentWidth + attention.valueWidth)
    }
    switch feedForward {
    case .plain(_, let width, _): return mixer + 2 * width
    case .gated(_, let width, _): return mixer + 3 * width
    case .experts(let experts): return mixer + 3 * experts.width * experts.router.chosen
    }
  }
}
