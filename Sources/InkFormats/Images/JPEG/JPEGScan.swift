/// One scan: which components, with which tables, and which part of their coefficients (ITU-T T.81, B.2.3).
struct JPEGScan {
  /// A component of the scan, by its place in the frame, and its tables.
  struct Part {
    let component: Int
    let directTable: Int
    let alternatingTable: Int
  }

  /// What the scan says about the coefficients.
  enum Content: Equatable {
    /// All of each block.
    case whole
    /// The first coefficient, or one more bit of it.
    case direct
    /// A band of the others, or one more bit of them.
    case band
  }

  let parts: [Part]
  let content: Content
  /// The coefficients of the scan in zigzag order.
  let band: ClosedRange<Int>
  /// Whether bits are added to what earlier scans said.
  let isRefinement: Bool
  /// The place of the lowest bit that the scan says.
  let shift: Int

  init(_ data: [UInt8], frame: JPEGFrame, file: String) throws(FormatError) {
    func fault(_ expected: String, _ found: String) -> FormatError {
      FormatError(
        .malformed, file: file, context: "scan header", expected: expected, found: found, hint: "The file is damaged.")
    }
    guard let count = data.first.map({ Int($0) }), (1...4).contains(count), data.count == 4 + 2 * count else {
      throw fault("1 to 4 components", "\(data.count) bytes")
    }
    var parts: [Part] = []
    for index in 0..<count {
      let (name, tables) = (data[1 + 2 * index], data[2 + 2 * index])
      guard let component = frame.components.firstIndex(where: { $0.identifier == name }),
        !parts.contains(where: { $0.component == component }), tables >> 4 < 4, tables & 15 < 4
      else { throw fault("components of the frame and tables 0 to 3", "component \(name), tables \(tables)") }
      parts.append(Part(component: component, directTable: Int(tables >> 4), alternatingTable: Int(tables & 15)))
    }
    self.parts = parts
    let blocks = parts.reduce(0) {
      $0 + frame.components[$1.component].horizontal * frame.components[$1.component].vertical
    }
    guard count == 1 || blocks <= 10 else { throw fault("at most 10 blocks in a unit", "\(blocks)") }
    let (first, last) = (Int(data[1 + 2 * count]), Int(data[2 + 2 * count]))
    let (high, low) = (Int(data[3 + 2 * count] >> 4), Int(data[3 + 2 * count] & 15))
    switch frame.process {
    case .sequential:
      content = .whole
      band = 0...63
      isRefinement = false
      shift = 0
    case .progressive:
      guard first <= last, last <= 63, first > 0 ? count == 1 : last == 0, low <= 13, high == 0 || high == low + 1
      else {
        throw fault("a step of progressive coding", "coefficients \(first) to \(last), bits \(high) and \(low)")
      }
      content = first == 0 ? .direct : .band
      band = first...last
      isRefinement = high > 0
      shift = low
    }
  }
}
