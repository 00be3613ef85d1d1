/// The first bytes of a stored vector index, as words of 64 bits: what it is, its settings, and where each part lies.
///
/// | word | what |
/// |---|---|
/// | 0 | the letters `INKVECTR`; another number on a machine of the other byte order, so that it is refused there |
/// | 1 | version, 1 |
/// | 2 | elements of a vector |
/// | 3, 4 | metric and storage: places in the lists below |
/// | 5, 6 | connections and construction; 0 for a flat index |
/// | 7 | seed |
/// | 8 | slots |
/// | 9 | rows of the upper layers |
/// | 10 ..< 34 | for each part: offset, bytes, XXH64 |
/// | 34 | the slot where walks begin, counted from 1; 0 for none |
/// | 39 | XXH64 of the bytes before |
struct VectorFileHeader: Hashable {
  /// What a file holds, in its order. A part that an index does not have takes no bytes.
  enum Part: Int, CaseIterable {
    /// The id of every slot, 8 bytes each.
    case ids
    /// The slots that hold a vector, one bit each in words of 64.
    case live
    /// Rows of floats, padded to 16.
    case floats
    /// Rows of codes with their tails.
    case codes
    /// The highest layer of every slot, a byte each.
    case layers
    /// The first row of every slot in the upper layers, 4 bytes each.
    case upperRows
    /// Links of layer 0, 4 bytes each.
    case baseLinks
    /// Links of the upper layers.
    case upperLinks
  }

  /// Where a part lies.
  struct Place: Hashable {
    var offset: Int
    var byteCount: Int
    var checksum: UInt64

    var range: Range<Int> { offset..<offset + byteCount }
  }

  static let wordCount = 40
  static let byteCount = wordCount * 8
  /// `INKVECTR` in little-endian order.
  static let magic: UInt64 = 0x5254_4345_564B_4E49
  static let version: UInt64 = 1
  /// Parts begin on multiples of this many bytes.
  static let alignment = 64
  /// Slots at most: a candidate of a walk has 31 bits for one.
  static let largestSlots = 1 << 31 - 1

  private static let metrics: [VectorSettings.Metric] = [.cosine, .innerProduct, .euclidean]
  private static let storages: [VectorSettings.Storage] = [
    .float32, .int8(rescoring: .none), .int8(rescoring: .float32),
  ]

  var settings: VectorSettings
  var slots: Int
  var upperRows: Int
  /// One a part.
  var places: [Place]
  /// Where walks begin.
  var entry: Int?

  init(settings: VectorSettings, slots: Int, upperRows: Int, places: [Place], entry: Int?) {
    self.settings = settings
    self.slots = slots
    self.upperRows = upperRows
    self.places = places
    self.entry = entry
  }

  /// The header's words but the last, which is their checksum.
  var words: [UInt64] {
    var words = [
      Self.magic, Self.version, UInt64(settings.dimension),
      UInt64(Self.metrics.firstIndex(of: settings.metric) ?? 0),
      UInt64(Self.storages.firstIndex(of: settings.storage) ?? 0), UInt64(settings.connections ?? 0),
      UInt64(settings.construction ?? 0), settings.seed, UInt64(slots), UInt64(upperRows),
    ]
    for place in places { words += [UInt64(place.offset), UInt64(place.byteCount), place.checksum] }
    words.append(UInt64(entry.map { $0 + 1 } ?? 0))
    return words + Array(repeating: 0, count: Self.wordCount - 1 - words.count)
  }

  /// Reads a header whose checksum was found right.
  ///
  /// - Parameter fileSize: bytes of the file; every part must lie within.
  init(words: [UInt64], fileSize: Int, path: String) throws(IndexError) {
    func refuse(_ what: String, _ expected: String, _ found: String) -> IndexError {
      IndexError(.damaged, context: "\(path), \(what)", expected: expected, found: found, hint: "Build it again.")
    }
    func number(_ index: Int, _ what: String, atMost limit: Int) throws(IndexError) -> Int {
      guard let value = Int(exactly: words[index]), value <= limit else {
        throw refuse(what, "at most \(limit)", "\(words[index])")
      }
      return value
    }
    let metric = try number(3, "metric", atMost: Self.metrics.count - 1)
    let storage = try number(4, "storage", atMost: Self.storages.count - 1)
    let connections = try number(5, "connections", atMost: VectorSettings.largestConnections)
    let construction = try number(6, "construction", atMost: VectorSettings.largestConstruction)
    settings = VectorSettings(
      dimension: try number(2, "dimension", atMost: VectorSettings.largestDimension), metric: Self.metrics[metric],
      storage: Self.storages[storage],
      kind: connections == 0 ? .flat : .hnsw(connections: connections, construction: construction), seed: words[7])
    try settings.check()
    slots = try number(8, "slots", atMost: min(Self.largestSlots, fileSize))
    upperRows = try number(9, "rows of upper layers", atMost: min(Self.largestSlots, fileSize))
    places = []
    for part in Part.allCases {
      let word = 10 + part.rawValue * 3
      let offset = try number(word, "place of \(part)", atMost: fileSize)
      let size = try number(word + 1, "size of \(part)", atMost: fileSize - offset)
      guard offset % Self.alignment == 0 else { throw refuse("place of \(part)", "a multiple of 64", "\(offset)") }
      places.append(Place(offset: offset, byteCount: size, checksum: words[word + 2]))
    }
    let first = try number(34, "entry", atMost: slots)
    entry = first > 0 ? first - 1 : nil
  }
}
