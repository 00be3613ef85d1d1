public import InkTensor

/// One line of a ``WeightMap``: how tensors of a checkpoint become tensors of the model.
///
/// Names are patterns. `*` stands for a number (a layer, an expert) and carries over to the other side in order.
/// `{a,b}` stands for alternatives, paired by position with the alternatives of the other side; a side without braces
/// takes them all. Rows are steps along the outermost axis, so rules on rows work for packed blocks without decoding.
public enum WeightRule: Sendable, Hashable {
  /// The same tensor under another name.
  case rename(String, to: String)
  /// A dense matrix with rows and columns exchanged.
  case transpose(String, to: String)
  /// Rows in another order.
  case permuteRows(String, to: String, RowOrder)
  /// One tensor cut into parts along its rows. With several groups (the heads of a fused projection), each group
  /// holds its share of every part.
  case split(String, into: [WeightPart], groups: Int = 1, layout: WeightLayout = .outputsFirst)
  /// Parts one below the other as one tensor; the opposite of `split`.
  case join([WeightPart], to: String, groups: Int = 1)
  /// Tensors that differ in the last `*` as the slices of one, which has a `*` less (experts).
  case stack(String, to: String)
  /// The slices of a tensor as tensors of their own, which have a `*` more; the opposite of `stack`. Copies nothing.
  case unstack(String, to: String)
  /// The same elements in the same order under another shape, whose last axis is the same one.
  case reshape(String, to: String, from: Shape, into: Shape)
  /// A tensor of `count` dense matrices as one matrix: each transposed, one below the other.
  case transposeSlices(String, to: String, count: Int)
  /// A dense tensor with a number added to every element, as f32 (norm weights stored as offsets from one).
  case offset(String, by: Float, to: String)
  /// A tensor that the model does not need.
  case drop(String)
}

/// A part of a fused tensor.
public struct WeightPart: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The name pattern of the part.
  public let name: String
  /// Its rows over all groups; nil for an equal share of what the other parts leave.
  public let rows: Int?

  /// Makes a part.
  public init(_ name: String, rows: Int? = nil) {
    self.name = name
    self.rows = rows
  }

  public init(stringLiteral value: String) { self.init(value) }
}

/// How a fused matrix lies in the checkpoint.
public enum WeightLayout: Sendable, Hashable {
  /// A row for each output, as in `torch.nn.Linear`.
  case outputsFirst
  /// A row for each input, as in GPT-2's `Conv1D`; parts are cut from its columns and come out transposed. Vectors
  /// are cut as they are.
  case inputsFirst
}

/// Orders of the rows of query and key projections with rotary positions.
public enum RowOrder: Sendable, Hashable {
  /// From pairs of neighbours (2i, 2i + 1), as GGUF stores LLaMA, to pairs of halves (i, i + width / 2), as the
  /// Hugging Face checkpoints do. Of each head the first `turned` rows, or all of them.
  case rotaryNeighboursToHalves(heads: Int, turned: Int? = nil)
  /// The other way.
  case rotaryHalvesToNeighbours(heads: Int, turned: Int? = nil)

  var inverse: RowOrder {
    switch self {
    case .rotaryNeighboursToHalves(let heads, let turned): .rotaryHalvesToNeighbours(heads: heads, turned: turned)
    case .rotaryHalvesToNeighbours(let heads, let turned): .rotaryNeighboursToHalves(heads: heads, turned: turned)
    }
  }

  /// For each row of the result, the row it comes from; nil when `rows` is not a whole number of heads of which an even
  /// number of rows is turned.
  func sources(rows: Int) -> [Int]? {
    let (heads, part): (Int, Int?)
    switch self {
    case .rotaryNeighboursToHalves(let count, let turned), .rotaryHalvesToNeighbours(let count, let turned):
      (heads, part) = (count, turned)
    }
    guard heads > 0, rows > 0, rows % heads == 0 else { return rows == 0 && heads > 0 ? [] : nil }
    let width = rows / heads
    let turned = part ?? width
    guard turned > 0, turned <= width, turned % 2 == 0 else { return nil }
    return (0..<rows).map { row in
      let start = row / width * width
      let place = row % width
      guard place < turned else { return row }
      switch self {
      case .rotaryNeighboursToHalves: return start + 2 * (place % (turned / 2)) + place / (turned / 2)
      case .rotaryHalvesToNeighbours: return start + place % 2 * (turned / 2) + place / 2
      }
    }
  }
}
