extension CurveDrawing {
  /// The drawing as an SVG file of its own, which brings its colours, light and dark, and names its curves in English.
  var file: String {
    let size = "0 \(-Self.legendHeight) \(Self.size.width) \(Self.size.height + Self.legendHeight)"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="\(size)" role="img" aria-label="\(title.words.english)">
      <style>
      \(ReportStyle.drawing)
      </style>
      \(legend)
      \(content)
      </svg>

      """
  }

  // Room above the drawing for the names of its curves.
  private static let legendHeight = 26

  /// Names of the curves one behind the other; a name's width is told by the letters it has.
  private var legend: String {
    var x = 64
    var parts: [String] = []
    for (index, curve) in curves.enumerated() {
      let color = index % Self.colorCount
      let name = curve.name.english
      parts.append("<line class=\"key color\(color)\" x1=\"\(x)\" x2=\"\(x + 18)\" y1=\"-10\" y2=\"-10\"/>")
      parts.append("<text class=\"name\" x=\"\(x + 24)\" y=\"-6\">\(HTMLText.escaped(name))</text>")
      x += 24 + 8 * name.count + 18
    }
    return parts.joined(separator: "\n")
  }
}
