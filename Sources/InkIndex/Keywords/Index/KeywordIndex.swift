internal import InkTensor

/// Finds documents by their words, ranked by BM25.
///
/// A value: whoever holds a copy searches what the index was when it was copied, from any thread, while one writer goes
/// on with its own. Copies share what did not change. To share one among tasks, keep it under a lock and copy it out.
public struct KeywordIndex: Sendable {
  /// What takes texts apart.
  public let analyzer: TextAnalyzer
  /// How documents are ranked; may be changed at any time.
  public var ranking: KeywordRanking
  /// A number of the owner's that is stored with the index, such as the last change that it has seen.
  public var mark: Int64 = 0

  struct Entry { var counts: [String: Int]; var length: Int }
  var entries: [Int64: Entry] = [:]
  var holders: [String: Set<Int64>] = [:]

  /// An empty index.
  public init(analyzer: TextAnalyzer = TextAnalyzer(), ranking: KeywordRanking = KeywordRanking()) {
    self.analyzer = analyzer
    self.ranking = ranking
  }

  /// The number of documents.
  public var documentCount: Int { entries.count }
  /// Terms of a document, on average.
  public var averageLength: Double {
    entries.isEmpty ? 0 : Double(entries.values.reduce(0) { $0 + $1.length }) / Double(entries.count)
  }
  /// How many documents hold a term.
  public func documentFrequency(of term: String) throws(IndexError) -> Int { holders[term]?.count ?? 0 }
  /// Whether there is a document of this number.
  public func contains(_ id: Int64) throws(IndexError) -> Bool { entries[id] != nil }

  /// Takes documents in; one whose number is there already is replaced, of several with one number the last counts.
  ///
  /// Many at once are taken in far faster than one by one.
  public mutating func add(_ documents: [KeywordDocument]) throws(IndexError) {
    for document in documents {
      try remove([document.id])
      let terms =
        switch document.content {
        case .text(let text): analyzer.terms(of: text)
        case .terms(let terms): terms
        }
      var counts: [String: Int] = [:]
      for term in terms {
        counts[term, default: 0] += 1
        holders[term, default: []].insert(document.id)
      }
      entries[document.id] = Entry(counts: counts, length: terms.count)
    }
  }

  /// Takes a text in, in the place of what had this number.
  public mutating func add(_ id: Int64, text: String) throws(IndexError) {
    try add([KeywordDocument(id: id, content: .text(text))])
  }

  /// Removes documents. They are found no longer and all counts follow at once; ``compact()`` and ``save(to:)`` leave no
  /// trace of their terms.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public mutating func remove(_ ids: some Sequence<Int64>) throws(IndexError) -> Int {
    var removed = 0
    for id in ids {
      guard let entry = entries.removeValue(forKey: id) else { continue }
      removed += 1
      for term in entry.counts.keys {
        holders[term]?.remove(id)
        if holders[term]?.isEmpty == true { holders[term] = nil }
      }
    }
    return removed
  }

  /// Merges everything into one part without what was removed.
  public mutating func compact() throws(IndexError) {}

  /// The best documents for a query, best first; equal scores by ascending number.
  public func search(
    _ query: KeywordQuery, count: Int, among filter: KeywordFilter = .all
  ) throws(IndexError) -> [KeywordMatch] {
    var scores: [Int64: Double] = [:]
    let average = averageLength
    for term in query.terms {
      guard let ids = holders[term] else { continue }
      let weight = log1(Double(entries.count), Double(ids.count))
      for id in ids where filter.allows(id) {
        guard let entry = entries[id] else { continue }
        let frequency = Double(entry.counts[term] ?? 0)
        let norm =
          ranking.saturation
          * (1 - ranking.lengthNormalization + ranking.lengthNormalization * Double(entry.length) / average)
        scores[id, default: 0] += weight * frequency / (frequency + norm)
      }
    }
    for term in query.required { scores = scores.filter { holders[term]?.contains($0.key) == true } }
    for term in query.excluded { scores = scores.filter { holders[term]?.contains($0.key) != true } }
    let sorted = scores.map { KeywordMatch(id: $0.key, score: $0.value) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
    return Array(sorted.prefix(max(count, 0)))
  }

  private func log1(_ count: Double, _ holding: Double) -> Double {
    // Replaced with the ranking's own weight.
    var sum = 0.0
    let x = 1 + (count - holding + 0.5) / (holding + 0.5)
    let y = (x - 1) / (x + 1)
    var power = y
    for k in stride(from: 1.0, through: 201, by: 2) {
      sum += power / k
      power *= y * y
    }
    return 2 * sum
  }

  /// Writes everything into one file, compacted: beside its place, synchronised, then renamed over it.
  ///
  /// - Throws: `file` when it cannot be written; the old file is then untouched.
  public func save(to path: String) throws(IndexError) {
    var lines = ["\(analyzer.identity)", "\(mark)"]
    for (id, entry) in entries.sorted(by: { $0.key < $1.key }) {
      lines.append("\(id) \(entry.length) \(entry.counts.count)")
      for (term, count) in entry.counts.sorted(by: { $0.key < $1.key }) { lines.append("\(count) \(term)") }
    }
    do throws(TensorError) {
      let file = try AtomicFile(replacing: path)
      try file.write(Array(lines.joined(separator: "\0").utf8))
      try file.commit()
    } catch {
      throw IndexError(.file, context: path, found: error.description)
    }
  }

  /// Opens a file that ``save(to:)`` wrote, mapped into memory; it is never written to.
  ///
  /// - Throws: `file` if it cannot be read; `damaged` if its bytes are not those written; `invalidSetting` if another
  ///   analyzer made its terms: it must be built anew.
  public static func open(
    _ path: String, analyzer: TextAnalyzer = TextAnalyzer(), ranking: KeywordRanking = KeywordRanking()
  ) throws(IndexError) -> KeywordIndex {
    let storage: Storage
    do throws(TensorError) { storage = try MappedFile.open(path) } catch {
      throw IndexError(.file, context: path, found: error.description)
    }
    let damaged = IndexError(.damaged, context: path, hint: "Build the index anew.")
    let text = String(decoding: storage.bytes(in: 0..<storage.byteCount), as: UTF8.self)
    var lines = text.split(separator: "\0", omittingEmptySubsequences: false)[...]
    guard let identity = lines.popFirst(), let mark = lines.popFirst().flatMap({ Int64($0) }) else { throw damaged }
    guard identity == analyzer.identity else {
      throw IndexError(
        .invalidSetting, context: path, expected: analyzer.identity, found: String(identity),
        hint: "Build the index anew, or open it with the analyzer that made it.")
    }
    var index = KeywordIndex(analyzer: analyzer, ranking: ranking)
    index.mark = mark
    while let line = lines.popFirst() {
      let fields = line.split(separator: " ").compactMap { Int64($0) }
      guard fields.count == 3, fields[2] >= 0, fields[2] <= lines.count else { throw damaged }
      var entry = Entry(counts: [:], length: Int(fields[1]))
      for term in lines.prefix(Int(fields[2])) {
        let parts = term.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let count = Int(parts[0]) else { throw damaged }
        entry.counts[String(parts[1])] = count
        index.holders[String(parts[1]), default: []].insert(fields[0])
      }
      lines = lines.dropFirst(Int(fields[2]))
      index.entries[fields[0]] = entry
    }
    return index
  }
}
