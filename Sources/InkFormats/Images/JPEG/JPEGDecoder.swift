/// Decodes JPEG files (ITU-T T.81): Huffman coded, sequential or progressive, 8 bits, 1, 3 or 4 components of any sampling.
///
/// Coefficients of all scans are gathered first; planes, upsampling and colours follow once.
struct JPEGDecoder {
  private let bytes: [UInt8]
  private let file: String
  private let limits: ImageLimits
  /// How the picture has to be turned; known after decoding.
  private(set) var orientation = ImageOrientation.upright
  private var frame: JPEGFrame?
  private var planes: [[Int16]] = []
  /// The quantization steps of each component, taken when its first scan begins.
  private var steps: [[Int32]?] = []
  private var quantization = [[Int32]?](repeating: nil, count: 4)
  private var directTables = [JPEGHuffmanTable?](repeating: nil, count: 4)
  private var alternatingTables = [JPEGHuffmanTable?](repeating: nil, count: 4)
  private var restartInterval = 0
  private var hasJFIF = false
  private var adobeTransform: UInt8?
  private var scanCount = 0

  /// No encoder writes nearly so many; each goes over the whole picture, however short it is.
  private static let mostScans = 500

  init(_ bytes: [UInt8], file: String, limits: ImageLimits) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
  }

  /// The picture as it is stored.
  mutating func decode() throws(FormatError) -> RasterImage {
    var position = 2
    while let marker = try nextMarker(&position) {
      if marker == 0xd9 { break }
      let data = try segment(&position, marker)
      if marker == 0xda {
        position = try readScan(data, at: position)
      } else {
        try readSegment(marker, data)
      }
    }
    guard let frame else { throw fault(.truncated, "file", "a frame and its scans", "none") }
    guard let missing = steps.firstIndex(where: { $0 == nil }) else { return assemble(frame) }
    throw fault(.truncated, "component \(frame.components[missing].identifier)", "a scan of it", "none")
  }

  private func fault(_ code: FormatError.Code, _ context: String, _ expected: String, _ found: String) -> FormatError {
    FormatError(code, file: file, context: context, expected: expected, found: found)
  }

  /// The next marker; nil where a file ends without the last one although its picture is complete.
  private func nextMarker(_ position: inout Int) throws(FormatError) -> UInt8? {
    // Some programs leave bytes between segments; what stands there belongs to nothing.
    while position + 1 < bytes.count {
      if bytes[position] == 0xff, bytes[position + 1] != 0, bytes[position + 1] != 0xff {
        position += 2
        return bytes[position - 1]
      }
      position += 1
    }
    if let frame, frame.process == .sequential, !steps.contains(where: { $0 == nil }) { return nil }
    throw fault(.truncated, "file", "the marker of its end", "\(bytes.count) bytes without it")
  }

  private func segment(_ position: inout Int, _ marker: UInt8) throws(FormatError) -> [UInt8] {
    // Markers without a segment: a restart out of place, a second start.
    if (0xd0...0xd8).contains(marker) || marker == 0x01 { return [] }
    guard let length = BigEndianBytes(Array(bytes[position..<min(position + 2, bytes.count)])).u16(0), length >= 2,
      length <= bytes.count - position
    else {
      throw fault(.truncated, "marker \(marker) at byte \(position)", "a segment", "\(bytes.count - position) bytes")
    }
    defer { position += length }
    return Array(bytes[position + 2..<position + length])
  }

  private mutating func readSegment(_ marker: UInt8, _ data: [UInt8]) throws(FormatError) {
    switch marker {
    case 0xc0, 0xc1: try begin(data, .sequential)
    case 0xc2: try begin(data, .progressive)
    case 0xc3, 0xc5...0xc7, 0xcb, 0xcd...0xcf:
      throw fault(.unsupported, "frame header", "baseline or progressive coding", "lossless or hierarchical coding")
    case 0xc9, 0xca, 0xcc: throw fault(.unsupported, "frame header", "Huffman coding", "arithmetic coding")
    case 0xc4: try readHuffmanTables(data)
    case 0xdb: try readQuantization(data)
    case 0xdc: throw fault(.unsupported, "segment DNL", "the height in the frame header", "after the first scan")
    case 0xdd:
      guard let interval = BigEndianBytes(data).u16(0) else {
        throw fault(.malformed, "restart interval", "2 bytes", "\(data.count)")
      }
      restartInterval = interval
    case 0xe0: if data.starts(with: Array("JFIF\0".utf8)) { hasJFIF = true }
    case 0xe1:
      if data.starts(with: Array("Exif\0\0".utf8)), let named = ImageOrientation(exif: Array(data.dropFirst(6))) {
        orientation = named
      }
    case 0xee: if data.starts(with: Array("Adobe".utf8)), data.count >= 12 { adobeTransform = data[11] }
    default: return  // Comments and data of applications.
    }
  }

  private mutating func begin(_ data: [UInt8], _ process: JPEGFrame.Process) throws(FormatError) {
    guard self.frame == nil else { throw fault(.malformed, "frame header", "one of them", "a second one") }
    let frame = try JPEGFrame(data, process: process, file: file, limits: limits)
    // A block takes a bit at least: what cannot be there is refused before memory is taken.
    let blocks = frame.components.reduce(0) { $0 + $1.blocksPerRow * $1.blockRows }
    guard blocks / 8 <= bytes.count else {
      throw fault(.truncated, "frame header", "data of \(blocks) blocks", "\(bytes.count) bytes")
    }
    planes = frame.components.map { [Int16](repeating: 0, count: $0.blockCount * 64) }
    steps = Array(repeating: nil, count: frame.components.count)
    self.frame = frame
  }

  private mutating func readHuffmanTables(_ data: [UInt8]) throws(FormatError) {
    var position = 0
    while position < data.count {
      guard data.count - position >= 17 else { throw fault(.malformed, "Huffman table", "17 bytes", "fewer") }
      let (kind, slot) = (data[position] >> 4, Int(data[position] & 15))
      let counts = data[position + 1..<position + 17]
      let end = position + 17 + counts.reduce(0) { $0 + Int($1) }
      guard kind <= 1, slot < 4, end <= data.count,
        let table = JPEGHuffmanTable(counts: counts, symbols: data[position + 17..<end])
      else { throw fault(.malformed, "Huffman table", "a prefix code in a slot from 0 to 3", "another table") }
      if kind == 0 { directTables[slot] = table } else { alternatingTables[slot] = table }
      position = end
    }
  }

  private mutating func readQuantization(_ data: [UInt8]) throws(FormatError) {
    var position = 0
    while position < data.count {
      let (width, slot) = (Int(data[position] >> 4) + 1, Int(data[position] & 15))
      guard width <= 2, slot < 4, data.count - position > 64 * width else {
        throw fault(.malformed, "quantization table", "64 steps in a slot from 0 to 3", "another table")
      }
      var table = [Int32](repeating: 0, count: 64)
      for index in 0..<64 {
        let place = position + 1 + index * width
        let step = data[place..<place + width].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        table[JPEGScanDecoder.zigzag[index]] = step
      }
      quantization[slot] = table
      position += 1 + 64 * width
    }
  }

  /// Decodes a scan and returns where the next marker is.
  private mutating func readScan(_ header: [UInt8], at position: Int) throws(FormatError) -> Int {
    guard let frame else { throw fault(.malformed, "scan", "a frame header before it", "none") }
    scanCount += 1
    guard scanCount <= JPEGDecoder.mostScans else {
      throw fault(.outOfRange, "scans", "at most \(JPEGDecoder.mostScans)", "more")
    }
    let scan = try JPEGScan(header, frame: frame, file: file)
    for part in scan.parts where steps[part.component] == nil {
      guard let table = quantization[frame.components[part.component].quantizationSlot] else {
        throw fault(.malformed, "scan", "a quantization table before it", "none")
      }
      steps[part.component] = table
    }
    var decoder = JPEGScanDecoder(
      scan, frame: frame, file: file, directTables: scan.parts.map { directTables[$0.directTable] },
      alternatingTables: scan.parts.map { alternatingTables[$0.alternatingTable] }, restartInterval: restartInterval,
      reader: JPEGBitReader(bytes, position: position, file: file))
    var gathered: [[Int16]] = []
    swap(&gathered, &planes)  // taken out, so that it is changed in place
    try decoder.run(&gathered)
    planes = gathered
    return decoder.reader.position
  }

  private mutating func assemble(_ frame: JPEGFrame) -> RasterImage {
    var upsamplings: [JPEGUpsampling] = []
    var transform = JPEGInverseTransform()
    for (index, component) in frame.components.enumerated() {
      let stride = component.storedBlocksPerRow * 8
      var samples = [UInt8](repeating: 0, count: component.blockCount * 64)
      for y in 0..<component.blockRows {
        for x in 0..<component.blocksPerRow {
          transform.run(
            planes[index], at: (y * component.storedBlocksPerRow + x) * 64, steps: steps[index] ?? [], into: &samples,
            at: y * 8 * stride + x * 8, stride: stride)
        }
      }
      planes[index] = []
      upsamplings.append(
        JPEGUpsampling(
          width: component.width, height: component.height, samples: samples, stride: stride,
          horizontal: frame.largestHorizontal / component.horizontal,
          vertical: frame.largestVertical / component.vertical))
    }
    let colour = JPEGColour(frame: frame, hasJFIF: hasJFIF, adobeTransform: adobeTransform)
    var rows = Array(repeating: [UInt8](repeating: 0, count: frame.width), count: 4)
    var result = [UInt8](repeating: 0, count: frame.width * frame.height * 3)
    for y in 0..<frame.height {
      for (index, upsampling) in upsamplings.enumerated() { upsampling.row(y, into: &rows[index]) }
      for x in 0..<frame.width {
        let place = (y * frame.width + x) * 3
        (result[place], result[place + 1], result[place + 2]) =
          colour.pixel(rows[0][x], rows[1][x], rows[2][x], rows[3][x])
      }
    }
    return RasterImage(unchecked: result, width: frame.width, height: frame.height)
  }
}
