/// Curves over steps as an SVG that takes its colours from the page.
struct CurveDrawing {
  let title: ReportPhrase
  let curves: [Curve]

  private let horizontal: AxisScale
  private let vertical: AxisScale

  /// Units of the drawing; the page scales it to its width.
  static let size = (width: 760, height: 280)
  private let left = 64.0
  private let right = 748.0
  private let top = 12.0
  private let bottom = 250.0

  /// Colours that the style of the page has.
  static let colorCount = 6

  init(_ title: ReportPhrase, _ curves: [Curve]) {
    self.title = title
    self.curves = curves.filter { !$0.points.isEmpty }
    let points = self.curves.flatMap(\.points)
    horizontal = AxisScale(points.map { Double($0.step) }, count: 8, marks: .whole)
    vertical = AxisScale(points.map(\.value), count: 5, marks: .anywhere)
  }

  /// The figure with its caption.
  var html: String {
    guard !curves.isEmpty else {
      return
        "<figure><figcaption>\(title.html)</figcaption><p class=\"empty\">\(ReportPhrase.noCurve.html)</p></figure>\n"
    }
    let legend = curves.enumerated().map { index, curve in
      "<span class=\"key color\(index % Self.colorCount)\"><i></i>\(curve.name.html)</span>"
    }
    let words = title.words
    return """
      <figure><figcaption>\(title.html)\(curves.count > 1 ? legend.joined() : "")</figcaption>
      <svg viewBox="0 0 \(Self.size.width) \(Self.size.height)" role="img" \
      aria-label="\(words.english) / \(words.chinese)">
      \(content)
      </svg></figure>

      """
  }

  /// Axes and curves.
  var content: String {
    ([axes] + curves.enumerated().map { path($1, color: $0 % Self.colorCount) }).joined(separator: "\n")
  }

  private var axes: String {
    var lines: [String] = []
    for mark in vertical.marks {
      let y = place(y: mark)
      lines.append(
        "<line class=\"grid\" x1=\"\(Self.short(left))\" x2=\"\(Self.short(right))\" y1=\"\(y)\" y2=\"\(y)\"/>")
      lines.append(
        "<text class=\"mark\" text-anchor=\"end\" x=\"\(Self.short(left - 6))\" y=\"\(y)\" dy=\"0.32em\">"
          + "\(NumberText.text(mark, digits: 4))</text>")
    }
    for mark in horizontal.marks {
      let x = place(x: mark)
      lines.append(
        "<text class=\"mark\" text-anchor=\"middle\" x=\"\(x)\" y=\"\(Self.short(bottom + 18))\">"
          + "\(NumberText.text(mark, digits: 7))</text>")
    }
    lines.append(
      "<line class=\"axis\" x1=\"\(Self.short(left))\" x2=\"\(Self.short(right))\" y1=\"\(Self.short(bottom))\" "
        + "y2=\"\(Self.short(bottom))\"/>")
    return lines.joined(separator: "\n")
  }

  private func path(_ curve: Curve, color: Int) -> String {
    let places = curve.points.map { "\(place(x: Double($0.step))),\(place(y: $0.value))" }
    var text = "<polyline class=\"curve color\(color)\" points=\"\(places.joined(separator: " "))\"/>"
    // Few points are shown as such: a single one has no line, and evaluations are far apart.
    if curve.points.count <= 40 {
      text += curve.points.map { point in
        "<circle class=\"color\(color)\" cx=\"\(place(x: Double(point.step)))\" cy=\"\(place(y: point.value))\" r=\"3\">"
          + "<title>\(point.step): \(NumberText.text(point.value, digits: 5))</title></circle>"
      }.joined()
    }
    return text
  }

  private func place(x step: Double) -> String { Self.short(left + (right - left) * horizontal.place(step)) }
  private func place(y value: Double) -> String { Self.short(bottom - (bottom - top) * vertical.place(value)) }

  /// A coordinate with one place after the point, which is finer than a screen.
  private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
