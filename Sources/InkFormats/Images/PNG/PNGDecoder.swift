import InkArchive

/// Decodes PNG files (PNG specification, third edition): every colour type and depth, interlaced or not.
///
/// Samples of 16 bits give their upper 8; fewer than 8 bits are stretched to the whole range. Alpha is dropped.
struct PNGDecoder {
  private let bytes: [UInt8]
  private let file: String
  private let limits: ImageLimits
  /// How the picture has to be turned; known after decoding.
  private(set) var orientation = ImageOrientation.upright
  private var palette: [UInt8] = []

  init(_ bytes: [UInt8], file: String, limits: ImageLimits) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
  }

  /// The picture as it is stored.
  mutating func decode() throws(FormatError) -> RasterImage {
    var chunks = PNGChunks(bytes, file: file)
    let first = try chunks.next()
    guard first.type == "IHDR" else { throw fault(.malformed, "chunk \(first.type)", "IHDR first", first.type) }
    let header = try PNGHeader(Array(first.data), file: file, limits: limits)
    let compressed = try readChunks(&chunks, header)
    // DEFLATE makes 1032 bytes of one at most: what cannot be there is refused before memory is taken.
    guard header.byteCount / 1032 <= compressed.count else {
      throw fault(.truncated, "chunk IDAT", "data of \(header.byteCount) bytes", "\(compressed.count) compressed bytes")
    }
    let rows: [UInt8]
    do throws(ArchiveError) {
      rows = try ZlibStream.inflate(compressed, limit: header.byteCount, context: "chunk IDAT")
    } catch { throw FormatError(error, file: file) }
    guard rows.count == header.byteCount else {
      throw fault(.truncated, "chunk IDAT", "\(header.byteCount) bytes", "\(rows.count)")
    }
    return try assemble(rows, header)
  }

  private func fault(_ code: FormatError.Code, _ context: String, _ expected: String, _ found: String) -> FormatError {
    FormatError(code, file: file, context: context, expected: expected, found: found, hint: "The file is damaged.")
  }

  /// Everything up to the end: the compressed rows are returned, the palette and the orientation kept.
  private mutating func readChunks(_ chunks: inout PNGChunks, _ header: PNGHeader) throws(FormatError) -> [UInt8] {
    var compressed: [UInt8] = []
    var previous = "IHDR"
    while true {
      let chunk = try chunks.next()
      switch chunk.type {
      case "IEND":
        guard !compressed.isEmpty else { throw fault(.malformed, "chunk IEND", "IDAT before it", "none") }
        return compressed
      case "IDAT":
        guard compressed.isEmpty || previous == "IDAT" else {
          throw fault(.malformed, "chunk IDAT", "all image data together", "chunk \(previous) between them")
        }
        if header.colour == .palette, palette.isEmpty {
          throw fault(.malformed, "chunk IDAT", "a palette before it", "none")
        }
        compressed.append(contentsOf: chunk.data)
      case "PLTE":
        guard palette.isEmpty, compressed.isEmpty, chunk.data.count % 3 == 0, (3...768).contains(chunk.data.count)
        else {
          throw fault(.malformed, "chunk PLTE", "one palette of 1 to 256 colours", "\(chunk.data.count) bytes")
        }
        palette = Array(chunk.data)
      case "tRNS": try checkTransparency(chunk.data.count, header)
      case "eXIf": if let named = ImageOrientation(exif: Array(chunk.data)) { orientation = named }
      case "IHDR": throw fault(.malformed, "chunk IHDR", "one of them", "a second one")
      default:
        guard chunk.isAncillary else {
          throw FormatError(
            .unsupported, file: file, context: "chunk \(chunk.type)", expected: "chunks of the PNG specification",
            found: "one that is needed and not known")
        }
      }
      previous = chunk.type
    }
  }

  /// Transparency is not used, but must be what the specification allows.
  private func checkTransparency(_ count: Int, _ header: PNGHeader) throws(FormatError) {
    let isValid: Bool
    switch header.colour {
    case .grey: isValid = count == 2
    case .trueColour: isValid = count == 6
    case .palette: isValid = count >= 1 && count <= palette.count / 3
    case .greyAndAlpha, .trueColourAndAlpha: isValid = false
    }
    guard isValid else { throw fault(.malformed, "chunk tRNS", "transparency for the colour type", "\(count) bytes") }
  }

  /// Unfilters the rows of all passes and sets their pixels.
  private func assemble(_ data: [UInt8], _ header: PNGHeader) throws(FormatError) -> RasterImage {
    var samples = [UInt8](repeating: 0, count: header.width * header.height * 3)
    var position = 0
    for pass in header.passes {
      let size = header.size(of: pass)
      guard size.width > 0 else { continue }
      let rowBytes = header.rowByteCount(pixels: size.width)
      var above = [UInt8](repeating: 0, count: rowBytes)
      for line in 0..<size.height {
        guard let filter = PNGFilter(rawValue: data[position]) else {
          throw fault(.malformed, "row \(line)", "a filter from 0 to 4", "\(data[position])")
        }
        var row = Array(data[position + 1..<position + 1 + rowBytes])
        filter.undo(&row, above: above, distance: header.filterDistance)
        let start = (pass.y + line * pass.yStep) * header.width + pass.x
        try place(row, pixels: size.width, header, start: start, step: pass.xStep, in: &samples)
        above = row
        position += 1 + rowBytes
      }
    }
    return RasterImage(unchecked: samples, width: header.width, height: header.height)
  }

  private func place(
    _ row: [UInt8], pixels: Int, _ header: PNGHeader, start: Int, step: Int, in samples: inout [UInt8]
  ) throws(FormatError) {
    let stride = header.bitDepth / 8 * header.colour.channels
    let sample = header.bitDepth / 8
    for pixel in 0..<pixels {
      let target = (start + pixel * step) * 3
      switch header.colour {
      case .trueColour, .trueColourAndAlpha:
        for channel in 0..<3 { samples[target + channel] = row[pixel * stride + channel * sample] }
      case .grey, .greyAndAlpha:
        let grey: UInt8
        if header.bitDepth >= 8 {
          grey = row[pixel * stride]
        } else {
          grey = PNGDecoder.packed(row, pixel, header.bitDepth) * (255 / (1 << UInt8(header.bitDepth) - 1))
        }
        for channel in 0..<3 { samples[target + channel] = grey }
      case .palette:
        let entry = Int(header.bitDepth == 8 ? row[pixel] : PNGDecoder.packed(row, pixel, header.bitDepth)) * 3
        guard entry < palette.count else {
          throw fault(.malformed, "pixel", "a colour of \(palette.count / 3)", "number \(entry / 3)")
        }
        for channel in 0..<3 { samples[target + channel] = palette[entry + channel] }
      }
    }
  }

  /// A sample of 1, 2 or 4 bits, the first of a byte highest.
  private static func packed(_ row: [UInt8], _ pixel: Int, _ bits: Int) -> UInt8 {
    let byte = row[pixel * bits / 8]
    let shift = 8 - bits - pixel * bits % 8
    return byte >> UInt8(shift) & (1 << UInt8(bits) - 1)
  }
}
