/// Decodes the coefficients of one scan into the planes of the frame (ITU-T T.81, F.2 and G.2).
struct JPEGScanDecoder {
  let scan: JPEGScan
  let frame: JPEGFrame
  let file: String
  /// For each part of the scan, where the content needs one.
  let directTables: [JPEGHuffmanTable?]
  let alternatingTables: [JPEGHuffmanTable?]
  /// Units between two restart markers, 0 for none.
  let restartInterval: Int
  var reader: JPEGBitReader
  /// The last first coefficient of each part.
  private var predictions: [Int]
  /// Blocks to come whose band is at its end.
  private var endRun = 0

  /// Where coefficients in the order of transmission stand in a block (T.81, figure 5).
  static let zigzag: [Int] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
    55,
    62, 63,
  ]

  init(
    _ scan: JPEGScan, frame: JPEGFrame, file: String, directTables: [JPEGHuffmanTable?],
    alternatingTables: [JPEGHuffmanTable?], restartInterval: Int, reader: JPEGBitReader
  ) {
    self.scan = scan
    self.frame = frame
    self.file = file
    self.directTables = directTables
    self.alternatingTables = alternatingTables
    self.restartInterval = restartInterval
    self.reader = reader
    predictions = [Int](repeating: 0, count: scan.parts.count)
  }

  /// Reads the whole scan.
  ///
  /// - Parameter planes: the coefficients of each component, 64 a block, in the order of rows.
  mutating func run(_ planes: inout [[Int16]]) throws(FormatError) {
    // A scan of one component has units of one block, and only blocks that carry samples.
    let single = scan.parts.count == 1 ? frame.components[scan.parts[0].component] : nil
    let perRow = single?.blocksPerRow ?? frame.unitsPerRow
    let units = perRow * (single?.blockRows ?? frame.unitRows)
    for unit in 0..<units {
      if restartInterval > 0, unit > 0, unit % restartInterval == 0 {
        try reader.restart((unit / restartInterval - 1) % 8)
        for part in predictions.indices { predictions[part] = 0 }
        endRun = 0
      }
      for (part, description) in scan.parts.enumerated() {
        let component = frame.components[description.component]
        let columns = single == nil ? component.horizontal : 1
        let rows = single == nil ? component.vertical : 1
        for block in 0..<columns * rows {
          let x = unit % perRow * columns + block % columns
          let y = unit / perRow * rows + block / columns
          let start = (y * component.storedBlocksPerRow + x) * 64
          try decodeBlock(part, &planes[description.component], at: start)
        }
      }
    }
    reader.skipToMarker()
  }

  private mutating func decodeBlock(_ part: Int, _ plane: inout [Int16], at start: Int) throws(FormatError) {
    switch (scan.content, scan.isRefinement) {
    case (.whole, _):
      plane[start] = Int16(truncatingIfNeeded: try direct(part))
      try wholeBand(part, &plane, at: start)
    case (.direct, false): plane[start] = Int16(truncatingIfNeeded: try direct(part) << scan.shift)
    case (.direct, true): if try reader.take(1) == 1 { plane[start] |= 1 << Int16(scan.shift) }
    case (.band, false): try firstBand(part, &plane, at: start)
    case (.band, true): try refineBand(part, &plane, at: start)
    }
  }

  private func table(_ tables: [JPEGHuffmanTable?], _ part: Int) throws(FormatError) -> JPEGHuffmanTable {
    guard let table = tables[part] else {
      throw FormatError(
        .malformed, file: file, context: "scan", expected: "a Huffman table before it", found: "none",
        hint: "The file is damaged.")
    }
    return table
  }

  private mutating func direct(_ part: Int) throws(FormatError) -> Int {
    let category = Int(try reader.symbol(try table(directTables, part)))
    guard category <= 15 else { throw invalid("a difference of \(category) bits") }
    let sum = predictions[part] + (try reader.signed(category))
    // Damaged files may add up to anything; a whole one stays far below.
    predictions[part] = max(-(1 << 24), min(sum, 1 << 24))
    return predictions[part]
  }

  private func invalid(_ found: String) -> FormatError {
    FormatError(
      .malformed, file: file, context: "scan", expected: "coefficients of a block", found: found,
      hint: "The file is damaged.")
  }

  /// All coefficients but the first.
  private mutating func wholeBand(_ part: Int, _ plane: inout [Int16], at start: Int) throws(FormatError) {
    let codes = try table(alternatingTables, part)
    var index = 1
    while index <= 63 {
      let symbol = Int(try reader.symbol(codes))
      let (run, category) = (symbol >> 4, symbol & 15)
      if category == 0 {
        guard run == 15 else { return }
        index += 16
        continue
      }
      index += run
      guard index <= 63 else { throw invalid("a run beyond the block") }
      plane[start + JPEGScanDecoder.zigzag[index]] = Int16(truncatingIfNeeded: try reader.signed(category))
      index += 1
    }
  }

  /// A band of coefficients for the first time (T.81, G.1.2.2).
  private mutating func firstBand(_ part: Int, _ plane: inout [Int16], at start: Int) throws(FormatError) {
    if endRun > 0 {
      endRun -= 1
      return
    }
    let codes = try table(alternatingTables, part)
    var index = scan.band.lowerBound
    while index <= scan.band.upperBound {
      let symbol = Int(try reader.symbol(codes))
      let (run, category) = (symbol >> 4, symbol & 15)
      if category == 0 {
        guard run == 15 else {
          endRun = (1 << run) - 1 + (try reader.take(run))
          return
        }
        index += 16
        continue
      }
      index += run
      guard index <= scan.band.upperBound else { throw invalid("a run beyond the band") }
      let value = try reader.signed(category) << scan.shift
      plane[start + JPEGScanDecoder.zigzag[index]] = Int16(truncatingIfNeeded: value)
      index += 1
    }
  }

  /// One more bit of a band's coefficients (T.81, G.1.2.3).
  private mutating func refineBand(_ part: Int, _ plane: inout [Int16], at start: Int) throws(FormatError) {
    let bit = Int16(1) << Int16(scan.shift)
    var index = scan.band.lowerBound
    if endRun == 0 {
      let codes = try table(alternatingTables, part)
      while index <= scan.band.upperBound {
        let symbol = Int(try reader.symbol(codes))
        let (run, category) = (symbol >> 4, symbol & 15)
        var value: Int16 = 0
        if category == 0 {
          if run < 15 {
            endRun = (1 << run) + (try reader.take(run))
            break
          }
        } else {
          guard category == 1 else { throw invalid("a new coefficient of \(category) bits") }
          value = try reader.take(1) == 1 ? bit : -bit
        }
        // So many coefficients that are still zero are passed; those that are not get their bit.
        index = try pass(run, from: index, bit: bit, &plane, at: start)
        if value != 0 {
          guard index <= scan.band.upperBound else { throw invalid("a run beyond the band") }
          plane[start + JPEGScanDecoder.zigzag[index]] = value
        }
        index += 1
      }
    }
    if endRun > 0 {
      _ = try pass(64, from: index, bit: bit, &plane, at: start)
      endRun -= 1
    }
  }

  /// Refines coefficients from `index` on until `zeros` of those that are zero have been passed and another one is met,
  /// or the band ends; returns where that is.
  private mutating func pass(
    _ zeros: Int, from index: Int, bit: Int16, _ plane: inout [Int16], at start: Int
  ) throws(FormatError) -> Int {
    var (index, left) = (index, zeros)
    while index <= scan.band.upperBound {
      let place = start + JPEGScanDecoder.zigzag[index]
      if plane[place] == 0 {
        if left == 0 { return index }
        left -= 1
      } else if try reader.take(1) == 1, plane[place] & bit == 0 {
        plane[place] = plane[place] > 0 ? plane[place] &+ bit : plane[place] &- bit
      }
      index += 1
    }
    return index
  }
}
