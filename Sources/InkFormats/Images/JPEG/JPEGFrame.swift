/// The frame of a JPEG file: size and components (ITU-T T.81, B.2.2).
struct JPEGFrame {
  /// How the coefficients are sent.
  enum Process {
    /// Each block whole, one after the other.
    case sequential
    /// In several scans that refine each other.
    case progressive
  }

  /// One of the planes that make the picture.
  struct Component {
    let identifier: UInt8
    let horizontal: Int
    let vertical: Int
    let quantizationSlot: Int
    /// Samples of a row and rows, without what fills the last block.
    let width: Int
    let height: Int
    /// Blocks of a row and rows of blocks that carry samples.
    let blocksPerRow: Int
    let blockRows: Int
    /// The same with the blocks that fill the last unit of an interleaved scan.
    let storedBlocksPerRow: Int
    let storedBlockRows: Int

    /// All blocks that are stored.
    var blockCount: Int { storedBlocksPerRow * storedBlockRows }
  }

  let process: Process
  let width: Int
  let height: Int
  let components: [Component]
  let largestHorizontal: Int
  let largestVertical: Int
  /// Units of an interleaved scan in a row, and rows of them.
  let unitsPerRow: Int
  let unitRows: Int

  init(_ data: [UInt8], process: Process, file: String, limits: ImageLimits) throws(FormatError) {
    func fault(_ code: FormatError.Code, _ expected: String, _ found: String) -> FormatError {
      FormatError(code, file: file, context: "frame header", expected: expected, found: found)
    }
    let numbers = BigEndianBytes(data)
    guard let precision = numbers.u8(0), let height = numbers.u16(1), let width = numbers.u16(3),
      let count = numbers.u8(5), data.count == 6 + 3 * count
    else { throw fault(.malformed, "a header of its length", "\(data.count) bytes") }
    guard precision == 8 else { throw fault(.unsupported, "samples of 8 bits", "\(precision) bits") }
    guard height > 0 else { throw fault(.unsupported, "the height in the header", "none, it follows the first scan") }
    try limits.check(width: width, height: height, file: file, context: "frame header")
    guard count == 1 || count == 3 || count == 4 else {
      throw fault(.unsupported, "1, 3 or 4 components", "\(count)")
    }
    let factors = (0..<count).map { (Int(data[7 + $0 * 3] >> 4), Int(data[7 + $0 * 3] & 15)) }
    guard factors.allSatisfy({ (1...4).contains($0.0) && (1...4).contains($0.1) }) else {
      throw fault(.malformed, "sampling factors from 1 to 4", "\(factors)")
    }
    let (horizontal, vertical) = (factors.map(\.0).max() ?? 1, factors.map(\.1).max() ?? 1)
    guard factors.allSatisfy({ horizontal % $0.0 == 0 && vertical % $0.1 == 0 }) else {
      throw fault(.unsupported, "sampling factors that divide the largest", "\(factors)")
    }
    guard Set((0..<count).map { data[6 + $0 * 3] }).count == count else {
      throw fault(.malformed, "components of different names", "the same one twice")
    }
    guard (0..<count).allSatisfy({ data[8 + $0 * 3] < 4 }) else {
      throw fault(.malformed, "quantization tables 0 to 3", "others")
    }
    func parts(_ extent: Int, _ size: Int) -> Int { (extent + size - 1) / size }
    self.process = process
    self.width = width
    self.height = height
    largestHorizontal = horizontal
    largestVertical = vertical
    let (unitsPerRow, unitRows) = (parts(width, 8 * horizontal), parts(height, 8 * vertical))
    self.unitsPerRow = unitsPerRow
    self.unitRows = unitRows
    components = (0..<count).map { index in
      let (own, ownVertical) = factors[index]
      let samples = (parts(width * own, horizontal), parts(height * ownVertical, vertical))
      return Component(
        identifier: data[6 + index * 3], horizontal: own, vertical: ownVertical,
        quantizationSlot: Int(data[8 + index * 3]), width: samples.0, height: samples.1,
        blocksPerRow: parts(samples.0, 8), blockRows: parts(samples.1, 8), storedBlocksPerRow: unitsPerRow * own,
        storedBlockRows: unitRows * ownVertical)
    }
  }
}
