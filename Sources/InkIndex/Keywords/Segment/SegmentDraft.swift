/// Documents on their way into a segment.
struct SegmentDraft: TermConsumer {
  private var identifiers: [Int64] = []
  private var lengths: [UInt32] = []
  private var interner = TermInterner()
  /// The terms of the documents, one document behind the other, each term once with its frequency.
  private var terms: [UInt32] = []
  private var frequencies: [UInt32] = []
  private var documentStarts: [Int] = []
  /// For each term where the last document that held it stands in `terms`.
  private var lastPlaces: [Int] = []
  private let stopTerms: Set<String>
  private var isStopTerm: [Bool] = []
  private var length = 0

  var documentCount: Int { identifiers.count }
  var postingCount: Int { terms.count }

  init(stopTerms: Set<String>) { self.stopTerms = stopTerms }

  /// Begins a document; its number is above that of the one before.
  mutating func begin(_ identifier: Int64) {
    identifiers.append(identifier)
    documentStarts.append(terms.count)
    length = 0
  }

  mutating func take(_ term: [UInt8], at range: Range<Int>) { take(term) }

  /// Takes a term of the document.
  mutating func take(_ term: [UInt8]) {
    let number = interner.number(of: term)
    if number == lastPlaces.count {
      lastPlaces.append(-1)
      isStopTerm.append(!stopTerms.isEmpty && stopTerms.contains(String(decoding: term, as: UTF8.self)))
    }
    if isStopTerm[number] { return }
    length += 1
    let place = lastPlaces[number]
    if place >= documentStarts[documentStarts.count - 1] {
      // Frequencies have 31 bits in a segment.
      if frequencies[place] < UInt32(Int32.max) { frequencies[place] += 1 }
    } else {
      lastPlaces[number] = terms.count
      terms.append(UInt32(number))
      frequencies.append(1)
    }
  }

  /// Ends the document.
  mutating func end() { lengths.append(UInt32(clamping: length)) }

  /// The segment of the documents.
  func finish(identity: String) -> KeywordSegment {
    let order = interner.sorted()
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, number) in order.enumerated() { ranks[number] = rank }
    var starts = [Int](repeating: 0, count: order.count + 1)  // where the postings of each rank begin
    for number in terms { starts[ranks[Int(number)] + 1] += 1 }
    for rank in 0..<order.count { starts[rank + 1] += starts[rank] }
    var cursors = starts
    var documents = [UInt32](repeating: 0, count: terms.count)
    var counts = [UInt32](repeating: 0, count: terms.count)
    for document in identifiers.indices {
      let end = document + 1 < documentStarts.count ? documentStarts[document + 1] : terms.count
      for place in documentStarts[document]..<end {
        let rank = ranks[Int(terms[place])]
        documents[cursors[rank]] = UInt32(document)
        counts[cursors[rank]] = frequencies[place]
        cursors[rank] += 1
      }
    }
    var writer = SegmentWriter(identifiers: identifiers, lengths: lengths, postingCount: terms.count)
    for (rank, number) in order.enumerated() where starts[rank] < starts[rank + 1] {
      let range = starts[rank]..<starts[rank + 1]
      writer.append(interner.text(number), documents: documents[range], frequencies: counts[range])
    }
    return writer.finish(identity: identity)
  }
}
