/// A curve over steps.
struct Curve: Sendable, Hashable {
  /// A number at a step.
  struct Point: Sendable, Hashable {
    let step: Int
    let value: Double
  }

  /// What the curve is called.
  enum Name: Sendable, Hashable {
    /// In words of the page.
    case phrase(ReportPhrase)
    /// In words of a file.
    case text(String)

    var html: String {
      switch self {
      case .phrase(let phrase): phrase.html
      case .text(let text): HTMLText.escaped(text)
      }
    }

    var english: String {
      switch self {
      case .phrase(let phrase): phrase.words.english
      case .text(let text): text
      }
    }
  }

  let name: Name
  let points: [Point]

  /// The most points that are drawn; a screen has no more columns.
  static let maximumPoints = 2000

  /// A curve of points in the order of steps, thinned where there are too many.
  init(_ name: Name, _ points: [Point]) {
    self.name = name
    self.points = Curve.thinned(points, to: Curve.maximumPoints)
  }

  /// At most `limit` points: the first, the last, and between them the lowest and the highest of equal stretches, so that
  /// no spike is lost.
  static func thinned(_ points: [Point], to limit: Int) -> [Point] {
    guard points.count > limit, limit >= 4, let first = points.first, let last = points.last else { return points }
    let inner = points.dropFirst().dropLast()
    let stretches = (limit - 2) / 2
    var kept = [first]
    for stretch in 0..<stretches {
      let start = inner.startIndex + inner.count * stretch / stretches
      let end = inner.startIndex + inner.count * (stretch + 1) / stretches
      let part = inner[start..<end]
      guard
        let lowest = part.indices.min(by: { part[$0].value < part[$1].value }),
        let highest = part.indices.max(by: { part[$0].value < part[$1].value })
      else { continue }
      kept.append(part[min(lowest, highest)])
      if lowest != highest { kept.append(part[max(lowest, highest)]) }
    }
    return kept + [last]
  }
}
