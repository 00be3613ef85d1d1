package import InkFormats
import InkModels
package import InkTensor

/// What a model reads before it answers: tokens, some of which stand for rows of pictures.
package struct ModelPrompt: Sendable {
  /// All tokens; a picture's places hold the image token.
  package let tokens: [Int32]
  /// The pictures in the order of their places.
  package let pictures: [PromptPicture]

  package init(tokens: [Int32], pictures: [PromptPicture] = []) {
    self.tokens = tokens
    self.pictures = pictures
  }
}

/// A picture in a prompt.
///
/// Compared by its samples: two prompts of the same tokens with different pictures are different prompts.
package struct PromptPicture: Sendable, Hashable {
  /// The positions of its rows.
  package let positions: Range<Int>
  package let image: RasterImage

  package init(positions: Range<Int>, image: RasterImage) {
    self.positions = positions
    self.image = image
  }
}

/// Rows of a sequence that are given rather than looked up.
package struct SequenceRows: Sendable {
  /// The position of the first row in the sequence.
  package let start: Int
  /// [count, width].
  package let rows: Tensor

  package init(start: Int, rows: Tensor) {
    self.start = start
    self.rows = rows
  }

  /// Those that fall into positions of the sequence which a step computes; nil for none.
  ///
  /// - Parameter firstRow: the row of the step that the first of these positions has.
  func part(of positions: Range<Int>, firstRow: Int = 0) -> EmbeddedRows? {
    let own = (start..<start + rows.shape[0]).clamped(to: positions)
    guard !own.isEmpty else { return nil }
    return EmbeddedRows(
      start: firstRow + own.lowerBound - positions.lowerBound,
      rows: rows.slice(own.lowerBound - start..<own.upperBound - start))
  }
}
