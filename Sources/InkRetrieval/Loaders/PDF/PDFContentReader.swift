/// Follows the text operators of a page's content (ISO 32000-1, 9.4) and hands every glyph with its place to a layout.
struct PDFContentReader {
  private struct TextState {
    var font: String?
    var size = 0.0
    var characterSpace = 0.0
    var wordSpace = 0.0
    var scale = 1.0
    var leading = 0.0
    var rise = 0.0
  }

  private struct GraphicsState {
    var matrix = PDFMatrix.identity
    var text = TextState()
  }

  private static let deepestForm = 12
  private static let mostStates = 256
  private let file: PDFFile
  private(set) var layout = PDFPageLayout()
  private var state = GraphicsState()
  private var saved: [GraphicsState] = []
  private var textMatrix = PDFMatrix.identity
  private var lineMatrix = PDFMatrix.identity
  private(set) var fonts: PDFFontCache
  /// The keys of the fonts that the resources in force name.
  private var fontKeys: [String: String] = [:]
  private(set) var budget: PDFReadingBudget
  /// What the page shows beside text.
  private(set) var marks = PDFPageMarks()

  init(file: PDFFile, fonts: PDFFontCache, budget: PDFReadingBudget) {
    self.file = file
    self.fonts = fonts
    self.budget = budget
    self.budget.beginPage()
  }

  /// Reads a content stream with the resources it names.
  mutating func read(
    _ content: [UInt8], resources: [String: PDFObject], depth: Int = 0
  ) throws(RetrievalError) {
    let fontDictionary = file.dictionary(resources["Font"]) ?? [:]
    let outerKeys = fontKeys
    fontKeys = [:]
    defer { fontKeys = outerKeys }
    var lexer = PDFLexer(content)
    var operands: [PDFObject] = []
    while let token = lexer.next() {
      switch token {
      case .object(let object): if operands.count < 64 { operands.append(object) }
      case .arrayEnd, .dictionaryEnd: continue
      case .keyword(let name):
        guard budget.takeOperator() else {
          marks.isCut = true
          return
        }
        if name == "BI" {
          marks.hasPicture = true
          skipImage(&lexer)
        } else if name == "Do" {
          try drawForm(operands.first?.name ?? "", resources, depth)
        } else if !graphics(name, operands) {
          try text(name, operands, fontDictionary)
        }
        operands.removeAll(keepingCapacity: true)
      }
    }
  }

  /// A picture within the content: its bytes could look like operators.
  private func skipImage(_ lexer: inout PDFLexer) {
    while let token = lexer.next() {
      if case .keyword("ID") = token { break }
    }
    let bytes = lexer.bytes
    var index = lexer.position + 1
    while index + 2 < bytes.count {
      if bytes[index] == UInt8(ascii: "E"), bytes[index + 1] == UInt8(ascii: "I"), PDFLexer.isSpace(bytes[index - 1]),
        PDFLexer.isSpace(bytes[index + 2])
      {
        lexer.position = index + 2
        return
      }
      index += 1
    }
    lexer.position = bytes.count
  }

  private mutating func drawForm(
    _ name: String, _ resources: [String: PDFObject], _ depth: Int
  ) throws(RetrievalError) {
    guard let forms = file.dictionary(resources["XObject"]), case .stream(let form) = file.resolve(forms[name]) else {
      return
    }
    let kind = file.resolve(form.dictionary["Subtype"]).name
    if kind == "Image" { marks.hasPicture = true }
    guard kind == "Form", depth < PDFContentReader.deepestForm else { return }
    let outer = (state, saved, textMatrix, lineMatrix)
    let numbers = (file.array(form.dictionary["Matrix"]) ?? []).compactMap { file.resolve($0).number }
    state.matrix = (PDFMatrix(numbers) ?? .identity).then(state.matrix)
    saved = []
    try read(
      file.decode(form), resources: file.dictionary(form.dictionary["Resources"]) ?? resources, depth: depth + 1)
    (state, saved, textMatrix, lineMatrix) = outer
  }

  /// Operators of the graphics state; false for others.
  private mutating func graphics(_ name: String, _ operands: [PDFObject]) -> Bool {
    switch name {
    case "q": if saved.count < PDFContentReader.mostStates { saved.append(state) }
    case "Q": if let last = saved.popLast() { state = last }
    case "cm":
      if let matrix = PDFMatrix(operands.compactMap(\.number)) { state.matrix = matrix.then(state.matrix) }
    case "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh": marks.hasDrawing = true
    default: return false
    }
    return true
  }

  private mutating func text(
    _ name: String, _ operands: [PDFObject], _ fontDictionary: [String: PDFObject]
  ) throws(RetrievalError) {
    let numbers = operands.compactMap(\.number)
    switch name {
    case "BT": (textMatrix, lineMatrix) = (.identity, .identity)
    case "Tf":
      state.text.size = numbers.last ?? 0
      state.text.font = try font(operands.first?.name ?? "", fontDictionary)
    case "Tc": state.text.characterSpace = numbers.first ?? 0
    case "Tw": state.text.wordSpace = numbers.first ?? 0
    case "Tz": state.text.scale = (numbers.first ?? 100) / 100
    case "TL": state.text.leading = numbers.first ?? 0
    case "Ts": state.text.rise = numbers.first ?? 0
    case "Td", "TD":
      guard numbers.count == 2 else { return }
      if name == "TD" { state.text.leading = -numbers[1] }
      moveLine(numbers[0], numbers[1])
    case "Tm":
      if let matrix = PDFMatrix(numbers) { (textMatrix, lineMatrix) = (matrix, matrix) }
    case "T*": moveLine(0, -state.text.leading)
    case "Tj": try show(operands.first?.string ?? [])
    case "'":
      moveLine(0, -state.text.leading)
      try show(operands.first?.string ?? [])
    case "\"":
      if numbers.count >= 2 { (state.text.wordSpace, state.text.characterSpace) = (numbers[0], numbers[1]) }
      moveLine(0, -state.text.leading)
      try show(operands.last?.string ?? [])
    case "TJ":
      guard case .array(let parts)? = operands.first else { return }
      for part in parts {
        if let bytes = part.string { try show(bytes) }
        if let shift = part.number { move(by: -shift / 1000 * state.text.size) }
      }
    default: return
    }
  }

  private mutating func font(
    _ name: String, _ fontDictionary: [String: PDFObject]
  ) throws(RetrievalError) -> String? {
    if let known = fontKeys[name] { return known }
    let key = try fonts.load(fontDictionary[name], file: file)
    fontKeys[name] = key
    return key
  }

  private mutating func moveLine(_ x: Double, _ y: Double) {
    lineMatrix = PDFMatrix(x: x, y: y).then(lineMatrix)
    textMatrix = lineMatrix
  }

  /// Goes on by a distance in the direction of writing of the font, to the right or downwards: distances that add to a
  /// line from top to bottom are negative (ISO 32000-1, 9.4.4).
  private mutating func move(by distance: Double) {
    let isVertical = state.text.font.map(fonts.isVertical) ?? false
    let step = isVertical ? PDFMatrix(y: distance) : PDFMatrix(x: distance * state.text.scale)
    textMatrix = step.then(textMatrix)
  }

  private mutating func show(_ bytes: [UInt8]) throws(RetrievalError) {
    guard let font = state.text.font else { return }
    try budget.take(bytes: bytes.count, file)
    var rest = bytes[...]
    while case let glyphs = fonts.glyphs(&rest, of: font), !glyphs.isEmpty {
      show(glyphs, isVertical: fonts.isVertical(font))
    }
  }

  private mutating func show(_ glyphs: [PDFFont.Glyph], isVertical: Bool) {
    let text = state.text
    for glyph in glyphs {
      let place = PDFMatrix(y: text.rise).then(textMatrix).then(state.matrix)
      let width = glyph.width / 1000 * text.size
      let space = text.characterSpace + (glyph.isSpace ? text.wordSpace : 0)
      if isVertical {
        // A line from top to bottom is laid out as one that was turned by a quarter.
        let turned = PDFMatrix(a: 0, b: -1, c: 1, d: 0).then(place)
        layout.add(glyph.text, place: turned, width: width, size: text.size)
        move(by: space - width)
      } else {
        // Letters that are set apart are still one word.
        let shown = (width + max(0, text.characterSpace)) * text.scale
        layout.add(glyph.text, place: place, width: shown, size: text.size)
        move(by: width + space)
      }
    }
  }
}
